{{%AUTOESCAPE context="HTML"}}
<details class="cell {{TONE}}" id="c{{N}}"{{#OPEN}} open{{/OPEN}}><summary><b aria-hidden="true">{{SYMBOL}}</b> {{ROW}}. {{WORDS}} <span class="v">{{VERDICT}}{{#FLAKY}}, flaky{{/FLAKY}}</span>{{#WHERE}}<span class="where">{{PLACE}}</span>{{/WHERE}}</summary>
<div class="body">
{{#REASON_SHOWN}}<p>{{REASON}}</p>{{/REASON_SHOWN}}
<dl>{{#TERM}}<dt>{{TERM_NAME}}<dd>{{TEXT}}{{/TERM}}{{#WHERE}}<dt>Cell<dd><code>{{ID}}</code>{{/WHERE}}</dl>
{{#DISAGREES}}<p class="bad"><b aria-hidden="true">✗</b> <a href="#b{{B}}">Boot {{NUMBER}}</a>, {{FACT}}: expected <code>{{EXPECTED}}</code>, found <code>{{ACTUAL}}</code></p>{{/DISAGREES}}
{{#ATTEMPT}}
<div class="attempt"><p class="line">{{LINE}}{{#BOOT}} (<a href="#b{{B}}">boot {{NUMBER}}</a>: mode {{MODE}}, reader {{READER}}){{/BOOT}}</p>
{{#PASSED}}<p>Checks passed: {{CHECKS}}</p>{{/PASSED}}
<ul>
{{#CHECK}}<li><b class="{{TONE}}" aria-hidden="true">{{SYMBOL}}</b> {{ID}}: {{OUTCOME}}{{#CAUSE}} (<code>{{WORD}}</code>){{/CAUSE}}{{#MESSAGE}}: {{TEXT}}{{/MESSAGE}}{{#BY}} <small>[{{WHO}}]</small>{{/BY}}{{/CHECK}}
{{>EVIDENCE_LIST}}
</ul>
</div>
{{/ATTEMPT}}
</div></details>
