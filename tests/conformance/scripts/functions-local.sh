x=global y=outer
f() { local x=inner y; y=changed; echo "$x $y"; g; }
g() { echo "in g: $x $y"; }
f
echo "$x $y"
