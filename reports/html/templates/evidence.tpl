{{%AUTOESCAPE context="HTML"}}
{{#INLINE_EVIDENCE}}
<li class="shown">{{#LINK}}<a href="evidence/{{SHA}}">{{NAME}}</a>{{/LINK}}{{#NO_LINK}}{{NAME}}{{/NO_LINK}} <small>{{SIZE}}{{#TRUNCATED}}, cut when it was stored{{/TRUNCATED}}{{#CUT}}, its beginning{{/CUT}}</small><pre tabindex="0">{{TEXT:pre_escape}}</pre>
{{/INLINE_EVIDENCE}}
{{#EVIDENCE}}<li>{{#LINK}}<a href="evidence/{{SHA}}">{{NAME}}</a>{{/LINK}}{{#NO_LINK}}{{NAME}}{{/NO_LINK}} <small>{{SIZE}}{{#TRUNCATED}}, cut when it was stored{{/TRUNCATED}}</small>{{/EVIDENCE}}
