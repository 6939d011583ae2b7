{{%AUTOESCAPE context="HTML"}}
<details class="cell boot {{TONE}}" id="b{{B}}"><summary><b>{{SYMBOL}}</b> Boot {{NUMBER}} <span class="where">{{STARTED}}, {{LASTED}}{{#AGENT}}; the agent answered after {{AFTER}}{{/AGENT}}</span></summary>
{{#TROUBLE}}<p class="bad">{{TEXT}}</p>{{/TROUBLE}}
{{#SHORT_PROOF}}<p>{{WHAT}}: ✓ proven. {{FACTS}}{{/SHORT_PROOF}}
{{#PROOF}}
<h4>{{WHAT}}: <span class="{{TONE}}">{{PROVEN}}</span></h4>
<div class="scroll" role="region" aria-label="{{WHAT}}: facts" tabindex="0">
<table class="plain">
<thead><tr><th scope="col">Fact</th><th scope="col">Expected</th><th scope="col">Found</th><th scope="col">Result</th><th scope="col">From</th></tr></thead>
<tbody>
{{#FACT}}<tr><th scope="row">{{NAME}}</th><td><code>{{EXPECTED}}</code></td><td><code>{{ACTUAL}}</code></td><td class="{{TONE}}">{{AGREES}}</td><td>{{SOURCE}}</td></tr>{{/FACT}}
</tbody>
</table>
</div>
{{/PROOF}}
<ul>
{{>EVIDENCE_LIST}}
</ul>
</details>
