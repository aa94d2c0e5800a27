x=value
cat <<END
plain $x ${x} $(echo sub) `echo back` $((1+1))
"quotes" 'stay' \$x \\ \a
END
cat <<'END'
literal $x $(echo sub) \$x
END
cat <<-END
	tabs go
		all of them
	END
cat <<A; cat <<B
first
A
second
B
cat <<END | tr a-z A-Z
piped
END
while read l; do echo "[$l]"; done <<END
l1
l2 more
END
cat <<E"N"D
$x
END
