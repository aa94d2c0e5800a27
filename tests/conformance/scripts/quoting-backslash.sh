printf '<%s>\n' a\ b \$x \" \' \\ \* \a
printf '<%s>\n' one\
two
