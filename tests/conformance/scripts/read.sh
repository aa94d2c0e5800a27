printf 'one two three\n' | { read a b; echo "[$a][$b]"; }
printf '  lead and trail  \n' | { read x; echo "[$x]"; }
printf 'a:b:c\n' | { IFS=: read a b; echo "[$a][$b]"; }
printf 'a:b:\n' | { IFS=: read a b c d; echo "[$a][$b][$c][$d]"; }
printf 'back\\slash con\\\ntinued\n' | { read x; echo "[$x]"; }
printf 'raw\\slash\\\nnext\n' | { read -r x; printf '[%s]\n' "$x"; }
printf 'no newline' | { read x; echo "$? [$x]"; }
printf '' | { read x; echo "$? [$x]"; }
printf 'l1\nl2\nl3\n' | while read l; do echo "<$l>"; done
printf '1 2\n' | { read a b c; echo "[$a][$b][$c]"; }
printf ' x \n' | { IFS= read x; echo "[$x]"; }
