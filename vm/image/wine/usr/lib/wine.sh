# How Wine is used in this guest; sourced, by the shell, before `wine64` and `wineserver`.
PATH=/usr/lib/wine:$PATH
WINEPREFIX=/var/lib/wine
# No .NET, no HTML engine, no menus: what is not there is not looked for.
WINEDLLOVERRIDES='mscoree=d;mshtml=d;winemenubuilder.exe=d'
WINEDEBUG=-all
HOME=/root
USER=root
export PATH WINEPREFIX WINEDLLOVERRIDES WINEDEBUG HOME USER
