x=1
printf '<%s>\n' a"b"'c'$x"$x"'$x'
printf '<%s>\n' "" '' a"" ""b
set -- "" ''
echo $#
