x=1; (x=2; echo $x); echo $x
(cd /; pwd); [ "$(pwd)" = / ] || echo elsewhere
(exit 5); echo $?
(echo a; (echo b; exit 2); echo $?)
{ x=3; }; echo $x
(trap 'echo bye' EXIT; echo hi)
( (echo nested) )
