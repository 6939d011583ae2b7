{{%AUTOESCAPE context="HTML"}}
{{! One of thousands of cells that need no attention: every byte and every element counts. }}
<p class="{{TONE}}" id="c{{N}}"><b>{{SYMBOL}}</b> {{TITLE}} <i>{{VERDICT}}</i>{{#TOLD}}: {{TEXT}}{{/TOLD}}
{{#ATTEMPT}}. {{LINE}}{{#LIST}}. Evidence: {{#EVIDENCE}}{{#LINK}}<a href="evidence/{{SHA}}">{{NAME}}</a>{{/LINK}}{{#NO_LINK}}{{NAME}}{{/NO_LINK}}{{#EVIDENCE_separator}}, {{/EVIDENCE_separator}}{{/EVIDENCE}}{{/LIST}}{{/ATTEMPT}}
