IFS=:
x='a:b::c:'
printf '<%s>\n' $x
x=':a'
printf '<%s>\n' $x
IFS=', '
x='a , b,,c d'
printf '<%s>\n' $x
IFS=
x='a b'
printf '<%s>\n' $x
unset IFS
printf '<%s>\n' $x
