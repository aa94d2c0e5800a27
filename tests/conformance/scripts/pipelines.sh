echo hello | cat
printf 'c\na\nb\n' | sort | head -n 2
echo a b c | wc -w
false | true; echo $?
true | false; echo $?
! true; echo $?
! false | false; echo $?
echo x | while read v; do echo "got $v"; done
printf '1\n2\n' | { read a; read b; echo "$b $a"; }
echo data | (cat; echo end)
seq 1000 | tail -n 1
