(echo "${x?}") 2>/dev/null; echo $?
(echo "${x:?message here}") 2>/dev/null; echo $?
x=1
echo "${x?}" "${x:?}"
