# cmake -D FOLDER=... -D FUNCTION=... -D OUTPUT=... -P guest_files.cmake
# Writes every file below FOLDER as a raw string literal into OUTPUT, as what FUNCTION gives. A file is executable
# in the guest when its first line is a "#!" line.
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
set(text "#include \"vm/image/guest_files.h\"\n\nnamespace smx::vm {\n\nconst std::vector<GuestFile>& ${FUNCTION}() {\n  static const std::vector<GuestFile> files{\n")
foreach(file IN LISTS files)
  file(READ ${FOLDER}/${file} content)
  string(APPEND text "      {\"${file}\", R\"~~~(${content})~~~\"},\n")
endforeach()
string(APPEND text "  };\n  return files;\n}\n\n}  // namespace smx::vm\n")
file(WRITE ${OUTPUT} "${text}")
