{{%AUTOESCAPE context="HTML"}}
{{! The statement to print and to keep. Everything in it is text; nothing is fetched and nothing runs. }}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign-off: {{PRODUCT}} {{VERSION}}</title>
{{>LOOK}}
</head>
<body>
<header>
<p class="of">Sign-off of {{PRODUCT}} {{VERSION}}, run {{RUN}}</p>
<h1>{{PRODUCT}} {{VERSION}}</h1>
<div class="banner {{TONE}}">
<p class="headline"><span aria-hidden="true">{{SYMBOL}}</span> {{HEADLINE}}</p>
<p>{{COVERAGE_WORDS}}. {{TALLIES}}. Exit code {{EXIT_CODE}}.{{#PARTIAL}} The run did not reach its end.{{/PARTIAL}}{{#EXCEPTED}} {{CELLS}} signed by exception.{{/EXCEPTED}}</p>
</div>
<table class="facts"><tbody>
{{#FACT}}<tr><th scope="row">{{KEY}}</th><td>{{VALUE}}</td></tr>{{/FACT}}
</tbody></table>
<p class="note">This page is listed by its SHA-256, with everything that lies beside it, in manifest.json, and that file is what the signature manifest.json.cms is over. A printout alone proves nothing: verify the bundle.</p>
</header>
<main>
<section>
<h2>Verdicts</h2>
<table class="grid">
<thead><tr><th scope="col">Target, boot mode, reader</th>{{#COLUMN}}<th scope="col">{{NUMBER}}</th>{{/COLUMN}}</tr></thead>
<tbody>
{{#LINE}}<tr><th scope="row">{{PLACE}}</th>{{#FIELD}}<td class="{{TONE}}"{{#TITLED}} title="{{VERDICT}}"{{/TITLED}}>{{SYMBOL}}{{#FLAKY}}~{{/FLAKY}}</td>{{/FIELD}}</tr>
{{/LINE}}
</tbody>
</table>
<ul class="legend">{{#LEGEND}}<li><b class="{{TONE}}">{{SYMBOL}}</b> {{WORDS}}</li>{{/LEGEND}}</ul>
<ul class="rows">{{#ROW}}<li>{{NUMBER}}. {{WORDS}}</li>{{/ROW}}</ul>
</section>
<section>
<h2>Deviations and what nothing was concluded of</h2>
{{#NO_DEVIATION}}<p>None: no cell contradicts its support table, no control is broken, and of every cell that was planned something was concluded.</p>{{/NO_DEVIATION}}
{{#DEVIATIONS}}
<table><thead><tr><th scope="col" class="w40">Cell</th><th scope="col">Verdict and reason</th><th scope="col" class="w10">Exception</th></tr></thead><tbody>
{{#DEVIATION}}<tr><td>{{CELL}}</td><td><b class="{{TONE}}">{{SYMBOL}} {{VERDICT}}</b>: {{REASON}}</td><td>{{EXCEPTION}}</td></tr>{{/DEVIATION}}
</tbody></table>
{{/DEVIATIONS}}
{{#EXCEPTIONS}}
<h3>Exceptions</h3>
<table><thead><tr><th scope="col" class="w5">No.</th><th scope="col" class="w40">Cells</th><th scope="col" class="w20">Owner</th><th scope="col">Reason</th></tr></thead><tbody>
{{#EXCEPTION}}<tr><td>{{NAME}}</td><td>{{CELLS}}</td><td>{{OWNER}}</td><td>{{REASON}}</td></tr>{{/EXCEPTION}}
</tbody></table>
{{/EXCEPTIONS}}
{{#WAIVED}}
<h3>Waived</h3>
<table><thead><tr><th scope="col" class="w40">Cell</th><th scope="col">Waiver</th></tr></thead><tbody>
{{#WAIVER}}<tr><td>{{CELL}}</td><td>{{REASON}} ({{OWNER}}, valid through {{EXPIRES}}); {{WHY}}</td></tr>{{/WAIVER}}
</tbody></table>
{{/WAIVED}}
</section>
{{#FLAKY_CELLS}}
<section>
<h2>Flaky: passed, but not at the first attempt</h2>
<table><thead><tr><th scope="col" class="w40">Cell</th><th scope="col">Attempts</th></tr></thead><tbody>
{{#FLAKY_CELL}}<tr><td>{{CELL}}</td><td>{{#ATTEMPT}}<div>{{WORDS}}</div>{{/ATTEMPT}}</td></tr>{{/FLAKY_CELL}}
</tbody></table>
</section>
{{/FLAKY_CELLS}}
<section>
<h2>Coverage</h2>
<p>{{COVERAGE_WORDS}}; {{COVERED_CELLS}} covered, {{UNCOVERED_CELLS}} not.</p>
{{#GAPS}}
<table><thead><tr><th scope="col" class="w20">Waits for</th><th scope="col">Not covered</th><th scope="col" class="w30">On</th></tr></thead><tbody>
{{#GAP}}<tr><td>{{WAITS_FOR}}</td><td>{{#SCENARIO}}<div>{{TITLE}}</div>{{/SCENARIO}}</td><td>{{TARGETS}}</td></tr>{{/GAP}}
</tbody></table>
{{/GAPS}}
{{#NOT_RUN}}<p class="bad">Planned, but not run ({{CELLS}}):</p><ul class="list">{{#WHERE}}<li>{{PLACE}}: {{ROWS}}</li>{{/WHERE}}</ul>{{/NOT_RUN}}
{{#UNCHANGED}}<p class="bad">Left out of this run, because nothing had changed since an earlier one; not signed here ({{CELLS}}):</p><ul class="list">{{#LEFT_OUT}}<li>{{PLACE}}, see run {{EARLIER}}: {{SCENARIOS}}</li>{{/LEFT_OUT}}</ul>{{/UNCHANGED}}
{{#ALL_RUN}}<p>Every covered cell was run.</p>{{/ALL_RUN}}
{{#WARNINGS}}<ul class="list">{{#WARNING}}<li>{{TEXT}}</li>{{/WARNING}}</ul>{{/WARNINGS}}
</section>
{{#PREDICTIONS}}
<section>
<h2>Predictions from the images' registries</h2>
<p>{{AGREE}} as observed, {{DISAGREE}} otherwise, {{UNOBSERVED}} of cells that showed nothing.</p>
{{#WRONG}}
<table><thead><tr><th scope="col" class="w40">Cell</th><th scope="col">Predicted</th></tr></thead><tbody>
{{#PREDICTION}}<tr><td>{{CELL}}</td><td>{{WORDS}}</td></tr>{{/PREDICTION}}
</tbody></table>
{{/WRONG}}
</section>
{{/PREDICTIONS}}
<section>
<h2>Marks that no person has confirmed</h2>
{{#ALL_CONFIRMED}}<p>None: a source states each mark that was used, or a person has confirmed it.</p>{{/ALL_CONFIRMED}}
{{#UNCONFIRMED}}
<table><thead><tr><th scope="col" class="w30">Support table, boot mode</th><th scope="col">Rows and marks</th></tr></thead><tbody>
{{#MARKS}}<tr><td>{{PLACE}}</td><td>{{ROWS}}</td></tr>{{/MARKS}}
</tbody></table>
{{/UNCONFIRMED}}
</section>
<section>
<h2>What was tested, by hash</h2>
<table><thead><tr><th scope="col" class="w10">Kind</th><th scope="col" class="w20">Name</th><th scope="col">SHA-256, or identity</th></tr></thead><tbody>
{{#SUBJECT}}<tr><td>{{KIND}}</td><td>{{NAME}}</td><td><code>{{IDENTITY}}</code></td></tr>{{/SUBJECT}}
</tbody></table>
</section>
<section>
<h2>How far the scenarios' implementations are proven</h2>
<table><thead><tr><th scope="col" class="w20">On</th><th scope="col">Proven</th><th scope="col" class="w40">Scenarios</th></tr></thead><tbody>
{{#PROVEN}}<tr><td>{{KIND}}</td><td>{{HOW}}</td><td>{{ROWS}}</td></tr>{{/PROVEN}}
</tbody></table>
</section>
<section>
<h2>Environment</h2>
<table class="facts"><tbody>{{#ENVIRONMENT}}<tr><th scope="row">{{KEY}}</th><td>{{VALUE}}</td></tr>{{/ENVIRONMENT}}</tbody></table>
</section>
<section>
<h2>To verify</h2>
<p>With the signer's certificate from a source that you trust, not from this bundle:</p>
<pre>{{COMMANDS:p}}</pre>
</section>
</main>
</body>
</html>
