x=hello; e=
echo ${#x} ${#e} ${#nothing}
set -- a b c
echo ${#} $# ${#1}
