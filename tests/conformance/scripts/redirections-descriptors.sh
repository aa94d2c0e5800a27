exec 3> f; echo to3 >&3; exec 3>&-; cat f
exec 4< f; read x <&4; echo "$x"; exec 4<&-
echo visible 3>&1 >&3
{ echo a; echo b >&2; } 2>&1 >/dev/null | cat
(echo closed >&5) 2>/dev/null; echo $?
echo text <> rw >&0 2>/dev/null; cat rw
exec > log; echo logged; exec >&2; cat log >&2
