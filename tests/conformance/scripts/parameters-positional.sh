set -- a 'b c' '' d
echo $#
printf '<%s>\n' "$@"
printf '<%s>\n' "$*"
printf '<%s>\n' $@
printf '<%s>\n' $*
printf '<%s>\n' "x$@y"
IFS=-
printf '<%s>\n' "$*"
set --
printf '<%s>\n' "$@" end
echo $#
