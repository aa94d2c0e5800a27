umask 022; umask; umask -S
umask 077; touch f; ls -l f | head -c 10; echo
umask 0; umask
