x='a  b'
printf '<%s>\n' "$x" "a$x" "\$x" "\"quoted\"" "\\" "\`" "\a" "it's" ""
printf '<%s>\n' "line \
joined"
