for t in 'if' 'fi' 'echo |' '| cat' 'case x' 'for' 'for 1 in a; do :; done' '(' ')' 'echo "open' "echo 'open" '{ echo' 'while true; done' 'a && ' ';;' 'echo $(' 'if true; then fi' 'echo a; ; echo b' 'f() ' 'echo ${x' '< ' 'else' 'do :; done'; do
  sh -c "$t" >/dev/null 2>&1; echo "$t: $?"
done
