x=1
x=2 y=$x sh -c 'echo $x $y'
echo $x > "$(echo target)"; cat target
a=$(echo first) b=$a; echo $b
set -- "$(false)" ; echo $?
i=5; echo $((i = i + 1)) $i
