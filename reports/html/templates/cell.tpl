{{%AUTOESCAPE context="HTML"}}
{{! Ten thousand of these make a page: every byte counts, hence no wrappers and no closing tags that HTML lets go. }}
<details class="cell {{TONE}}" id="c{{N}}"{{#OPEN}} open{{/OPEN}}><summary><b>{{SYMBOL}}</b> {{TITLE}} <i>{{VERDICT}}{{#FLAKY}}, flaky{{/FLAKY}}</i>{{#WHERE}}<span class="where">{{PLACE}}</span>{{/WHERE}}</summary>
{{#REASON_SHOWN}}<p>{{REASON}}{{/REASON_SHOWN}}
<dl>{{#TERM}}<dt>{{TERM_NAME}}<dd>{{TEXT}}{{/TERM}}{{#WHERE}}<dt>Cell<dd><code>{{ID}}</code>{{/WHERE}}</dl>
{{#DISAGREES}}<p class="bad">✗ <a href="#b{{B}}">Boot {{NUMBER}}</a>, {{FACT}}: expected <code>{{EXPECTED}}</code>, found <code>{{ACTUAL}}</code>{{/DISAGREES}}
{{#ATTEMPT}}
<p class="a">{{LINE}}{{#BOOT}} (<a href="#b{{B}}">boot {{NUMBER}}</a>{{#PROOFS}}: mode {{MODE}}, reader {{READER}}{{/PROOFS}}){{/BOOT}}
{{#PASSED}}<p>Checks passed: {{CHECKS}}{{/PASSED}}
{{#LIST}}<ul>{{#CHECK}}<li><b class="{{TONE}}">{{SYMBOL}}</b> {{ID}}: {{OUTCOME}}{{#CAUSE}} (<code>{{WORD}}</code>){{/CAUSE}}{{#MESSAGE}}: {{TEXT}}{{/MESSAGE}}{{#BY}} <small>[{{WHO}}]</small>{{/BY}}{{/CHECK}}{{>EVIDENCE_LIST}}</ul>{{/LIST}}
{{/ATTEMPT}}
</details>
