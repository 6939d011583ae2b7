{{%AUTOESCAPE context="HTML"}}
<section id="comparison">
<h2>Since the baseline</h2>
<p class="{{TONE}}"><b>{{HEADLINE}}</b>
<p class="note">Compared with run <code>{{BASELINE}}</code>: {{COUNTS}}.</p>
{{#CHANGE}}
<details class="cell {{TONE}}"{{#OPEN}} open{{/OPEN}}><summary><b aria-hidden="true">{{SYMBOL}}</b> {{ID}}: <i>{{CLASS}}{{#WAIVED}}, waived{{/WAIVED}}</i></summary>
<p>{{#WAS}}was {{TEXT}}, {{/WAS}}is {{IS}}{{#MESSAGE}}: {{TEXT}}{{/MESSAGE}}
<dl>
{{#SUSPECT}}<dt>Differs<dd>{{KIND}} <b>{{NAME}}</b>{{#SCOPE}} <small>{{OF}}</small>{{/SCOPE}}: <code>{{BEFORE}}</code> → <code>{{NOW}}</code>{{/SUSPECT}}
{{#NOTHING}}<dt>Differs<dd>nothing that is known of{{/NOTHING}}
{{#SINCE}}<dt>Since<dd>last good <code>{{GOOD}}</code>, first bad <code>{{BAD}}</code>{{/SINCE}}
{{#DIVERGENCE}}<dt>Evidence<dd>{{WHERE}}: <code>{{BEFORE}}</code> → <code>{{NOW}}</code>{{/DIVERGENCE}}
</dl>
</details>
{{/CHANGE}}
{{#MORE}}<p class="note">And {{CELLS}}; report.json has all.</p>{{/MORE}}
</section>
