{{%AUTOESCAPE context="HTML"}}
<div class="scroll" role="region" aria-label="Matrix of scenarios and machines" tabindex="0">
<table class="matrix{{#DENSE}} dense{{/DENSE}}">
{{#ONE_READER}}<caption>Reader: {{READER}}</caption>{{/ONE_READER}}
<thead>
{{#HEAD_ROW}}
<tr>{{#CORNER}}<th scope="col" rowspan="{{HEAD_ROWS}}">Scenario</th>{{/CORNER}}{{#HEAD}}<th scope="{{SCOPE}}" colspan="{{SPAN}}">{{TEXT}}{{#CONTROL}} <small>(control)</small>{{/CONTROL}}</th>{{/HEAD}}</tr>
{{/HEAD_ROW}}
</thead>
<tbody>
{{#ROW}}
<tr><th scope="row">{{#NUMBERED}}<small>{{NUMBER}}</small>{{/NUMBERED}}{{#OWN_CHECK}}<small class="own">own check</small>{{/OWN_CHECK}} {{WORDS}}</th>
{{#FIELD}}
<td>
{{#NO_CELL}}<span class="sr">not in this matrix</span>{{/NO_CELL}}
{{#PRESENT}}
{{#COVERED}}<a class="{{TONE}}" href="#c{{N}}">{{/COVERED}}{{#UNCOVERED}}<a class="{{TONE}}" href="#coverage">{{/UNCOVERED}}<b aria-hidden="true">{{SYMBOL}}{{#FLAKY}}~{{/FLAKY}}</b> <span>{{VERDICT}}{{#FLAKY}}, flaky{{/FLAKY}}</span></a>
{{/PRESENT}}
{{#DENSE_PRESENT}}
{{#COVERED}}<a class="{{TONE}}" href="#c{{N}}" aria-label="{{VERDICT}}{{#FLAKY}}, flaky{{/FLAKY}}">{{/COVERED}}{{#UNCOVERED}}<a class="{{TONE}}" href="#coverage" aria-label="{{VERDICT}}">{{/UNCOVERED}}{{SYMBOL}}{{#FLAKY}}~{{/FLAKY}}</a>
{{/DENSE_PRESENT}}
{{/FIELD}}
</tr>
{{/ROW}}
</tbody>
</table>
</div>
