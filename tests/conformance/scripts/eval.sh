x='echo hello'; eval $x
eval 'y=1; echo $y'
n=var; eval $n=value; echo $var
eval "eval 'echo twice'"
eval; echo $?
eval 'false'; echo $?
eval 'for i in 1 2; do
echo $i
done'
f() { eval 'return 4'; echo no; }; f; echo $?
for i in 1 2 3; do eval break; done; echo $i
