{{%AUTOESCAPE context="HTML"}}
{{! The page. The script opens the details that a link points to; its hash in the policy is checked by a test. }}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-LPAg/wd6fDXI/9ykA2eY8t7wceraoTfHqN/IbfCdZ9c='; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{MATRIX_NAME}}: {{HEADLINE}}</title>
{{>LOOK}}
</head>
<body>
<a class="skip" href="#matrix">Skip to the matrix</a>
<header>
<p class="product">safemode-matrix</p>
<h1>{{MATRIX_NAME}}</h1>
<p class="when">Run {{RUN}}, {{STARTED}}{{#LASTED}}, {{TIME}}{{/LASTED}}, {{END}}</p>
<div class="banner {{TONE}}">
<p class="headline"><span aria-hidden="true">{{SYMBOL}}</span> {{HEADLINE}}</p>
<p>{{COVERAGE_WORDS}}. Exit code {{EXIT_CODE}}.{{#UNCONFIRMED}} {{MARKS}} used here that no person has confirmed: see the <a href="#expectations">expectations</a>.{{/UNCONFIRMED}}{{#PARTIAL}} The run did not reach its end: this is a partial report.{{/PARTIAL}}</p>
</div>
<ul class="tallies" aria-label="Cells by verdict">
{{#TALLY}}
<li class="{{TONE}}"><b>{{COUNT}}</b> <span aria-hidden="true">{{SYMBOL}}</span> {{VERDICT}}</li>
{{/TALLY}}
</ul>
</header>
<main>
<section id="matrix">
<h2>Matrix</h2>
{{>MATRIX}}
<details class="legend"><summary>What the words mean</summary>
<dl>
<dt>✓ conforms</dt><dd>the outcome is what the support table says; a row that is documented as unsupported conforms when it fails</dd>
<dt>● control-ok</dt><dd>passed in normal mode, which the other modes are compared with</dd>
<dt>+ works-unsupported</dt><dd>passed although the table does not promise it</dd>
<dt>○ observed</dt><dd>no table says what to expect</dd>
<dt>✗ deviates</dt><dd>the outcome contradicts the table</dd>
<dt>≠ deviates-unconfirmed</dt><dd>the outcome contradicts a mark that no person has confirmed</dd>
<dt>! control-broken</dt><dd>it does not pass in normal mode</dd>
<dt>w waived</dt><dd>a deviation that a reviewed waiver permits</dd>
<dt>? inconclusive</dt><dd>nothing can be concluded: blocked, not proven, or without a sound control</dd>
<dt>– not-applicable</dt><dd>this target, reader or card cannot have it</dd>
<dt>· not-covered</dt><dd>not implemented for this target yet; see the coverage</dd>
<dt>~ flaky</dt><dd>passed, but not at the first attempt</dd>
</dl>
</details>
</section>
<section id="attention">
<h2>Needs attention</h2>
{{#ROUTINE}}<p class="routine">No cell deviates, is broken, inconclusive or flaky.</p>{{/ROUTINE}}
{{#ATTENTION}}
<p class="note">{{CELLS}}, the worst first.</p>
{{>CELL}}
{{/ATTENTION}}
</section>
{{>COMPARISON}}
{{#WARNINGS}}
<section id="warnings">
<h2>Warnings</h2>
<ul>{{#WARNING}}<li>{{TEXT}}</li>{{/WARNING}}</ul>
</section>
{{/WARNINGS}}
<section id="coverage">
<h2>Coverage</h2>
<p>{{COVERAGE_WORDS}}.</p>
{{#GAPS}}
<div class="scroll" role="region" aria-label="Scenarios that are not covered" tabindex="0">
<table class="plain">
<thead><tr><th scope="col">Waits for</th><th scope="col">Not covered</th><th scope="col">On</th></tr></thead>
<tbody>
{{#GAP}}
<tr><th scope="row">{{WAITS_FOR}}</th><td>{{#SCENARIO}}<div>{{TITLE}}</div>{{/SCENARIO}}</td><td>{{TARGETS}}</td></tr>
{{/GAP}}
</tbody>
</table>
</div>
{{/GAPS}}
</section>
<section id="groups">
<h2>Boots and their cells</h2>
{{#GROUP}}
<section class="group">
<h3>{{ID}}</h3>
{{#NEVER_BOOTED}}<p class="note">Never booted in this run.</p>{{/NEVER_BOOTED}}
{{>BOOT}}
{{>CELL}}
{{#ROUTINE_CELLS}}<details class="cell routine"><summary>{{CELLS}} without anything to look at</summary>{{>ROUTINE}}</details>{{/ROUTINE_CELLS}}
{{#ABOVE}}<p class="note">{{COUNT}} of its cells stand above, under <a href="#attention">Needs attention</a>.</p>{{/ABOVE}}
</section>
{{/GROUP}}
</section>
<section id="expectations">
<h2>Expectations</h2>
{{#TABLE}}
<details class="table"><summary>{{DOCUMENT}} <span class="where">{{ID}}</span></summary>
<div class="body">
<p class="note">{{HEADING}}. Applies to: {{APPLIES}}.</p>
<div class="scroll" role="region" aria-label="Support table {{ID}}" tabindex="0">
<table class="plain">
<thead><tr><th scope="col">Scenario</th>{{#TABLE_MODE}}<th scope="col">{{MODE}}</th>{{/TABLE_MODE}}</tr></thead>
<tbody>
{{#TABLE_ROW}}
<tr><th scope="row">{{TITLE}}</th>{{#TABLE_MARK}}<td>{{MARK}}{{#WHY}}<div class="note">{{TEXT}}</div>{{/WHY}}</td>{{/TABLE_MARK}}</tr>
{{/TABLE_ROW}}
</tbody>
</table>
</div>
</div>
</details>
{{/TABLE}}
{{#WAIVERS}}
<h3>Waivers</h3>
<div class="scroll" role="region" aria-label="Waivers" tabindex="0">
<table class="plain">
<thead><tr><th scope="col">Cells</th><th scope="col">Owner</th><th scope="col">Reason</th><th scope="col">Valid through</th></tr></thead>
<tbody>{{#WAIVER}}<tr><th scope="row">{{CELL}}</th><td>{{OWNER}}</td><td>{{REASON}}</td><td>{{EXPIRES}}</td></tr>{{/WAIVER}}</tbody>
</table>
</div>
{{/WAIVERS}}
</section>
<section id="environment">
<h2>Environment</h2>
<div class="scroll" role="region" aria-label="Environment" tabindex="0">
<table class="plain"><tbody>{{#ENVIRONMENT}}<tr><th scope="row">{{KEY}}</th><td>{{VALUE}}</td></tr>{{/ENVIRONMENT}}</tbody></table>
</div>
</section>
</main>
<footer><p>Made by safemode-matrix {{VERSION}} from run {{RUN}}. Evidence: the files beside this page under evidence/, named by their SHA-256.</p></footer>
<script>addEventListener("hashchange",function f(){var e=document.getElementById(location.hash.slice(1)),d=e&&e.closest("details");if(d&&!d.open){d.open=true;e.scrollIntoView()}return f}());addEventListener("beforeprint",function(){document.querySelectorAll("#attention details").forEach(function(e){e.open=true})})</script>
</body>
</html>
