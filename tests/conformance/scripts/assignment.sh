a=1 b=2 c="$a $b"
echo "$a $b $c"
a=$b; echo $a
x=*; echo "$x"
y=~; [ "$y" = "$HOME" ] && echo home
z='a b' ; w=$z; echo "$w"
A=temp sh -c 'echo "in child: $A"'; echo "after: [$A]"
q=$(exit 7); echo $?
q=x; echo $?
