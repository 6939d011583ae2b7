{{%AUTOESCAPE context="HTML"}}
<style>
:root{color-scheme:light dark;--page:#f7f7f4;--card:#fff;--ink:#1c2128;--soft:#57606a;--line:#dcdfe3;--link:#0b57a4;
--good:#17613a;--good-bg:#e6f2ea;--bad:#9f1620;--bad-bg:#fbe7e7;--caution:#714a00;--caution-bg:#fbf0d6;--neutral:#57606a;--neutral-bg:#f0f1f3}
@media (prefers-color-scheme:dark){:root{--page:#14171b;--card:#1b1f25;--ink:#e4e7eb;--soft:#a0a9b4;--line:#343a43;--link:#84b9f5;
--good:#86d3a4;--good-bg:#16301f;--bad:#ff9c98;--bad-bg:#431a1c;--caution:#eec66b;--caution-bg:#382a0c;--neutral:#a0a9b4;--neutral-bg:#242930}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:76rem;padding:2rem 1.5rem 4rem;background:var(--page);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
h1{font-size:1.9rem;line-height:1.2;margin:.1rem 0 .3rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:2.8rem 0 .8rem}
h3{font-size:1rem;margin:1.8rem 0 .5rem;overflow-wrap:anywhere}
h4{font-size:.92rem;margin:1rem 0 .3rem}
p{margin:.4rem 0}
small,.note,.where,.when{color:var(--soft);font-size:.875rem}
code,pre{font-family:ui-monospace,"SF Mono","Cascadia Mono","Noto Sans Mono","Liberation Mono",monospace;font-size:.84em;overflow-wrap:anywhere}
.product{margin:0;color:var(--soft);font-size:.875rem;font-weight:600}
.skip,.sr{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
.banner{margin:1.4rem 0 1rem;padding:1rem 1.25rem;border-radius:10px;border:1px solid currentcolor}
.banner p{color:var(--ink);margin:.2rem 0}
.banner .headline{font-size:1.25rem;font-weight:600;line-height:1.35;color:inherit;overflow-wrap:anywhere}
.good{color:var(--good)}.bad{color:var(--bad)}.caution{color:var(--caution)}.neutral{color:var(--neutral)}
.banner.good,.tallies .good,.matrix a.good{background:var(--good-bg)}
.banner.bad,.tallies .bad,.matrix a.bad{background:var(--bad-bg)}
.banner.caution,.tallies .caution,.matrix a.caution{background:var(--caution-bg)}
.tallies .neutral{background:var(--neutral-bg)}
.tallies{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;margin:0;padding:0}
.tallies li{padding:.2rem .7rem;border-radius:1rem;font-size:.9rem}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{caption-side:bottom;text-align:left;padding:.5rem .9rem;color:var(--soft);font-size:.875rem;border-top:1px solid var(--line)}
th,td{padding:.45rem .9rem;text-align:left;vertical-align:top}
thead th{font-weight:600;white-space:nowrap}
tbody tr{border-top:1px solid var(--line)}
tbody th{font-weight:400}
.plain td,.plain tbody th{overflow-wrap:anywhere;min-width:7rem}
.matrix td{padding:.2rem .25rem;vertical-align:middle}
.matrix thead th+th,.matrix thead tr+tr th{border-left:1px solid var(--line)}
.matrix th[scope=colgroup],.matrix thead tr+tr th{font-weight:500;color:var(--soft)}
.matrix tbody th{position:sticky;left:0;background:var(--card);min-width:15rem;max-width:28rem;padding-left:2.9rem;text-indent:-2rem}
.matrix tbody th small{display:inline-block;width:2rem;margin-right:-.28em;text-indent:0;font-variant-numeric:tabular-nums}
.matrix tbody th .own{width:auto;margin-right:.2em}
.matrix a{display:block;padding:.3rem .6rem;border-radius:6px;text-decoration:none;white-space:nowrap}
.matrix a:hover span{text-decoration:underline}
.matrix a b{display:inline-block;min-width:1.15em;text-align:center}
.dense td{padding:.15rem;text-align:center}
.dense a{padding:.3rem .2rem}
.routine p b{display:inline-block;min-width:1.2em;text-align:center}.routine i{font-style:normal;font-weight:500}.routine p{color:var(--ink)}
.routine .good b,.routine .good i{color:var(--good)}.routine .caution b,.routine .caution i{color:var(--caution)}.routine .neutral b,.routine .neutral i{color:var(--neutral)}
.group{content-visibility:auto;contain-intrinsic-size:auto 10rem}
details.cell,details.table,details.legend{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:.4rem 0}
details.legend{margin-top:.8rem}
.group>details.cell{margin:0 0 -1px;border-radius:0}.group>details:first-of-type{border-radius:8px 8px 0 0}.group>details:last-of-type{border-radius:0 0 8px 8px}.group>details:only-of-type{border-radius:8px}
summary{cursor:pointer;padding:.5rem .9rem;overflow-wrap:anywhere}
summary i{font-style:normal;font-weight:500}#attention summary{font-weight:500}#attention summary i{font-weight:700}#attention summary .where{font-weight:400}
summary .where{display:block;padding-left:2.35rem}
.boot summary .where,.table summary .where{display:inline;padding:0 0 0 .4rem}
details.cell{color:var(--ink)}
.cell>summary>b{display:inline-block;min-width:1.2em;text-align:center}
.cell.good>summary>b,.cell.good>summary i{color:var(--good)}
.cell.bad>summary>b,.cell.bad>summary i{color:var(--bad)}
.cell.caution>summary>b,.cell.caution>summary i{color:var(--caution)}
.cell.neutral>summary>b,.cell.neutral>summary i{color:var(--neutral)}
.body{padding:.1rem 1.2rem 1rem}.body,.cell>:not(summary){font-size:.925rem}
.cell>:not(summary){margin-left:2.35rem;margin-right:1.2rem}.cell>:last-child:not(summary){margin-bottom:1rem}
.cell:target,.routine p:target{outline:2px solid var(--link)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.legend dl{padding:0 1.2rem .6rem;font-size:.9rem}
.a{border-top:1px solid var(--line);margin-top:.7rem;padding-top:.5rem}.cell p{overflow-wrap:anywhere}
.cell ul{margin-top:.3rem;margin-bottom:.3rem;padding:0;list-style:none}
li{overflow-wrap:anywhere}
pre{background:var(--neutral-bg);border-radius:6px;margin:.3rem 0 .8rem;padding:.7rem .9rem;max-height:24rem;overflow:auto;white-space:pre-wrap}
footer{margin-top:3.5rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
@media (max-width:40rem){body{padding:1.2rem .9rem 3rem}h1{font-size:1.5rem}
.matrix tbody th{min-width:9.5rem;max-width:11rem;padding:.45rem .5rem .45rem 2.2rem;text-indent:-1.7rem}.matrix tbody th small{width:1.7rem}.matrix a{padding:.3rem}.matrix a span{position:absolute;left:-100vw}
.matrix td{text-align:center;padding:.2rem .1rem}.matrix thead th{white-space:normal;padding:.45rem .4rem}.cell>:not(summary){margin-left:1rem;margin-right:1rem}summary .where{padding-left:0}
dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{@page{margin:15mm}.group{content-visibility:visible}:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--link:#000;
--good:#0f5130;--good-bg:#fff;--bad:#8c0f18;--bad-bg:#fff;--caution:#5e3d00;--caution-bg:#fff;--neutral:#444;--neutral-bg:#fff}
html{font-size:8.5pt}body{max-width:none;padding:0}h2{margin-top:2rem}.scroll{overflow:visible}.matrix tbody th{position:static;min-width:13rem}
pre{max-height:none;border:1px solid var(--line)}h2,h3,summary{break-after:avoid}tr,.banner{break-inside:avoid}
thead{display:table-header-group}.skip,.legend,details.cell:not([open]),a.skip{display:none}
details.boot:not([open]){display:block}th,td{padding:.25rem .5rem}}
</style>
