X=1; export X; Y=2
sh -c 'echo "[$X][$Y]"'
export Y Z=3
sh -c 'echo "[$X][$Y][$Z]"'
unset X
sh -c 'echo "[$X][$Y][$Z]"'
v='a b'; export W=$v
sh -c 'echo "[$W]"'
