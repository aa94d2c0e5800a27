x=5 y=3
echo $((x + y)) $(($x * $y)) $((x - unset))
echo $((x = 7)) $x
echo $((x += 2)) $x $((x -= 1)) $((x *= 2)) $((x /= 4)) $((x %= 3)) $((x <<= 4)) $((x >>= 1)) $((x |= 3)) $((x &= 6)) $((x ^= 5))
echo $x
n=$((x > 3 ? x : 3)); echo $n
i=0; while [ $i -lt 3 ]; do i=$((i + 1)); echo $i; done
echo $((0 && (z = 9))) "[$z]" $((1 || (z = 9))) "[$z]"
echo "$(( $(echo 4) * ( 2+1 ) ))"
