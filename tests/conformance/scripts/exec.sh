(exec echo replaced; echo no)
(exec nosuchcommand 2>/dev/null; echo no); echo $?
exec 3>&1; echo through >&3
exec > out; echo file; exec 1>&3; cat out
exec sh -c 'echo last $1' x y
echo no
