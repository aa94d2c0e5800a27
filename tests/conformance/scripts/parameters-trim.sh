p=/usr/local/lib/file.tar.gz
echo ${p#*/} ${p##*/} ${p%.*} ${p%%.*}
echo ${p#/usr} ${p%gz} ${p#nothing} ${p%nothing}
x='a*b*c'
echo "${x#*\*}" "${x##*\*}" "${x%'*'*}" "${x#"a*"}"
y='aaa'; s=a
echo ${y#$s} ${y##a*} "${y%%*}"
