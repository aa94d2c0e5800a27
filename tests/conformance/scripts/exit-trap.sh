trap 'echo trapped $?' EXIT
(echo sub)
echo main
exit 3
