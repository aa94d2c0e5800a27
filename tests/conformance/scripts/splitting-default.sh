x='  one   two	three
four '
printf '<%s>\n' $x
printf '<%s>\n' a$x-b
for w in $x; do echo "w=$w"; done
e=
printf '<%s>\n' $e end
