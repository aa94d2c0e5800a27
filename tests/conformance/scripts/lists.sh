true && echo yes
false && echo no
false || echo or
true || echo no
true && false || echo chain
false && true || echo chain2
echo a; echo b;
echo c && echo d; echo e || echo f
false; echo $?
true &&
echo continued
false ||
echo also
{ echo group; false; } || echo after group
