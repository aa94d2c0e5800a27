# One statement of assembly, as token types (lexer.ts). It is parsed once for each sequence of types that occurs; the
# postprocessors give builders, which make the tree from the tokens of any statement of that shape (build.ts).
#
# (1) Unambiguous: parse.ts panics where a shape has two parses.
# (2) Lists recur on the left: nearley then takes linear time.
# (3) Operators are a flat chain; build.ts knows which binds tighter.

@preprocessor typescript
@{%
import * as build from "./build.ts";
import { standIns } from "./stand-in.ts";
%}
@lexer standIns

statement -> labels body               {% ([labels, body]) => build.statement(labels, body) %}

labels -> null                         {% () => null %}
        | labels label                 {% ([rest, item]) => ({ rest, item }) %}
label -> %name %colon                  {% ([token]) => build.label(token) %}
       | %number %colon                {% ([token]) => build.label(token) %}

body -> null                           {% () => build.empty %}
      | %name items                    {% ([head, items]) => build.command(head, items) %}
      | %name %assign expression       {% ([name, sign, value]) => build.assignment(name, sign, value) %}
      | %name %equal expression        {% ([name, sign, value]) => build.assignment(name, sign, value) %}
      | %locator words                 {% ([head, words]) => build.command(head, words) %}

# Operands stand between commas and may be missing: .p2align 4,,15
items -> item                          {% ([item]) => ({ rest: null, item }) %}
       | items %comma item             {% ([rest, , item]) => ({ rest, item }) %}
item -> null                           {% () => null %}
      | operand                        {% ([operand]) => operand %}

# .loc and .file have theirs between blanks.
words -> null                          {% () => null %}
       | words word                    {% ([rest, item]) => ({ rest, item }) %}
word -> %number                        {% ([token]) => build.number(token) %}
      | %sign %number                  {% ([sign, number]) => build.unary(sign, build.number(number)) %}
      | %name                          {% ([token]) => build.name(token) %}
      | %string                        {% ([token]) => build.string({ rest: null, item: token }) %}

operand -> expression                        {% ([chain]) => build.chain(chain) %}
         | expression %open %name %close     {% ([chain, open, base]) => build.memory(chain, open, base) %}
         | expression %at %name              {% ([chain, at, name]) => build.suffixed(chain, at, name) %}
         | strings                           {% ([strings]) => build.string(strings) %}
         | %at %name                         {% ([, token]) => build.tag(token) %}
         | %at %number                       {% ([, token]) => build.tag(token) %}
         | %percent %name                    {% ([, token]) => build.tag(token) %}

strings -> %string                     {% ([item]) => ({ rest: null, item }) %}
         | strings %string             {% ([rest, item]) => ({ rest, item }) %}

expression -> factor                       {% ([factor]) => ({ rest: null, operator: null, factor }) %}
            | expression binary factor     {% ([rest, operator, factor]) => ({ rest, operator, factor }) %}
binary -> %operator                    {% ([operator]) => operator %}
        | %sign                        {% ([operator]) => operator %}
        | %percent                     {% ([operator]) => operator %}
        | %equal                       {% ([operator]) => operator %}

factor -> primary                      {% ([primary]) => primary %}
        | %sign factor                 {% ([sign, factor]) => build.unary(sign, factor) %}
        | %tilde factor                {% ([sign, factor]) => build.unary(sign, factor) %}
primary -> %number                     {% ([token]) => build.number(token) %}
         | %name                       {% ([token]) => build.name(token) %}
         | %char                       {% ([token]) => build.character(token) %}
         | %float                      {% ([token]) => build.float(token) %}
         | %local                      {% ([token]) => build.local(token) %}
         | %open expression %close     {% ([open, chain]) => build.group(open, chain) %}
         | %relocation %open expression %close  {% ([operator, , chain]) => build.relocation(operator, chain) %}
