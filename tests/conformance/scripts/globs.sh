mkdir dir; cd dir
touch a b c ab abc .hidden 'with space' x1 x2 x3
echo *
echo a*
echo ?
echo [ab]
echo [!ab]
echo x[0-9]
echo nothing*
echo "*" '*' \*
echo a"*" "a"*
p='a*'; echo $p "$p"
echo .h*
for f in w*; do echo "[$f]"; done
cd ..; echo dir/a*  d*/x?
set -f; echo *; set +f; echo d*
