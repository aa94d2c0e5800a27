echo one > f; cat f
echo two >> f; cat f
cat < f
echo err >&2 2> e; cat e
ls nosuch 2> e > o; echo $?; cat o
{ echo out; echo err >&2; } > both 2>&1; cat both
echo x > f > g; cat f; cat g
cat < f > h; cat h
> empty; cat empty; echo $?
2>/dev/null ls nosuch; echo $?
