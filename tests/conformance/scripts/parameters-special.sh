true; echo $?
false; echo $?
(exit 42); echo $?
[ -n "$$" ] && echo pid
sleep 0 & wait $!; echo $?
set -- a b; echo "$#"
echo "$-" | grep -q i || echo not interactive
