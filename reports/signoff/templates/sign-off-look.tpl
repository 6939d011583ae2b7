{{%AUTOESCAPE context="HTML"}}
<style>
@page{size:A4;margin:16mm 15mm 18mm;@bottom-left{content:string(of);font:7.5pt "DejaVu Sans",sans-serif;color:#555}@bottom-right{content:counter(page) " / " counter(pages);font:7.5pt "DejaVu Sans",sans-serif;color:#555}}
body{margin:0 auto;max-width:52rem;padding:1.5rem 1rem;color:#111;background:#fff;font:9pt/1.45 "DejaVu Sans","Liberation Sans","Noto Sans",sans-serif}
h1{font-size:17pt;line-height:1.2;margin:0 0 2pt;overflow-wrap:anywhere}
h2{font-size:11.5pt;margin:16pt 0 4pt;border-bottom:.6pt solid #999;padding-bottom:2pt}
h1,h2,h3{break-after:avoid}
p{margin:3pt 0}
.of{string-set:of content();color:#555;margin:0;font-weight:bold;overflow-wrap:anywhere}
.note,small{color:#555;font-size:8pt}
.banner{margin:8pt 0;padding:6pt 10pt;border:1.2pt solid;border-radius:4pt}
.banner p{color:#111}
.banner .headline{font-size:11.5pt;font-weight:bold;color:inherit;overflow-wrap:anywhere}
.good{color:#17613a}.bad{color:#9f1620}.caution{color:#714a00}.neutral{color:#57606a}
table{table-layout:fixed;border-collapse:collapse;width:100%}
.w5{width:5%}.w10{width:10%}.w20{width:20%}.w30{width:30%}.w40{width:40%}
th,td{text-align:left;vertical-align:top;padding:1.6pt 5pt 1.6pt 0;font-weight:normal;overflow-wrap:anywhere}
thead th{color:#555;border-bottom:.6pt solid #999}
tbody tr{border-bottom:.4pt solid #ddd}
tr{break-inside:avoid}
thead{display:table-header-group}
.facts th{width:25%;color:#555}
.grid td,.grid thead th{width:15pt;text-align:center;padding:1.6pt 0}
.grid thead th:first-child,.grid tbody th{width:auto;text-align:left;padding-right:5pt}
.grid,.list{font-size:8pt}code{font-size:7.5pt}
.legend,.rows{font-size:8pt;column-count:2;column-gap:14pt;margin:4pt 0;padding:0;list-style:none}
code,pre{font-family:"DejaVu Sans Mono","Liberation Mono",monospace;overflow-wrap:anywhere}
pre{font-size:7pt;white-space:pre-wrap;border:.4pt solid #ccc;padding:5pt;margin:4pt 0}
.list{margin:2pt 0;padding-left:12pt}
@media print{body{padding:0;max-width:none}}
</style>
