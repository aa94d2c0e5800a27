unset x; e=; v=value
echo "${x-unset}" "${e-unset}" "${v-unset}"
echo "${x:-empty}" "${e:-empty}" "${v:-empty}"
echo "${x+set}" "${e+set}" "${v+set}"
echo "${x:+full}" "${e:+full}" "${v:+full}"
echo "${x=assigned}" "$x"
echo "${e:=filled}" "$e"
echo "${n-a b}" ${n-a   b} "${n-"quoted  word"}"
echo "${n-$v}" "${n-${v}}" ${n-$(echo sub)}
