# bash completion for sshvet, made by 'sshvet completion bash'

_sshvet() {
  local cur=${COMP_WORDS[COMP_CWORD]} flag= command= words= files= dirs= list= ended= i
  COMPREPLY=()
  # The flag whose value is being typed: "--flag value" or "--flag=value".
  if [ "$cur" = = ]; then
    flag=${COMP_WORDS[COMP_CWORD-1]} cur=
  elif [ "${COMP_WORDS[COMP_CWORD-1]}" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
    flag=${COMP_WORDS[COMP_CWORD-2]}
  else
    flag=${COMP_WORDS[COMP_CWORD-1]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ' check fix explain kamal compare probe logs rules hook init completion ' in
    *" ${COMP_WORDS[i]} "*) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  for ((i = 1; i < COMP_CWORD; i++)); do # -- ends flags
    if [ "${COMP_WORDS[i]}" = -- ]; then ended=1; fi
  done
  if [ -z "$command" ]; then
    case $cur in
    -*) words='--help --version' ;;
    *) words='check fix explain kamal compare probe logs rules hook init completion' ;;
    esac
  elif [ -z "$ended" ] && [[ $flag == -* ]] && _sshvet_takes; then
    :
  elif [ -z "$ended" ] && [[ $cur == -* ]]; then
    case $command in
    check) words='--baseline --write-baseline --no-inline-ignore --config --no-config --show-config --profile --kind --stdin-filename --root --system --staged --no-includes --select --ignore --host --fail-on --exit-zero --openssh --vendor --color --quiet --verbose --format --output --statistics -h --help' ;;
    fix) words='--baseline --write-baseline --no-inline-ignore --config --no-config --show-config --profile --kind --stdin-filename --root --system --staged --no-includes --select --ignore --host --fail-on --exit-zero --openssh --vendor --color --quiet --verbose --diff --check --yes -y --interactive -i --unsafe-fixes --drop-in --backup --undo --reload --exit-non-zero-on-fix -h --help' ;;
    explain) words='-F --server -C --user -o --root --no-includes --openssh --vendor --config --no-config --format --color --quiet -h --help' ;;
    kamal) words='--config-file -c --destination -d --hosts --kamal-config --server-config --kamal-version --select --ignore --fail-on --exit-zero --openssh --vendor --format --output --config --no-config --color --quiet --verbose -h --help' ;;
    compare) words='--all --against --keywords --host -C --kind --root --no-includes --openssh --vendor --config --no-config --format --color --quiet --verbose -h --help' ;;
    probe) words='--max --resolution --patience --quick --idle --watch --every -F -o --port -p --user -l --format --color --quiet -h --help' ;;
    logs) words='--since --until --format --exit-zero --verbose --color --quiet -h --help' ;;
    rules) words='--format --profile -h --help' ;;
    hook) words='--kamal --hook --config-file -c --hooks-path --quiet -h --help' ;;
    init) words='--quiet -h --help' ;;
    completion) words='-h --help' ;;
    esac
  else
    case $command in
    check) files=1 ;;
    fix) files=1 ;;
    explain) _sshvet_hosts; words="$words AFSTokenPassing AcceptEnv AddKeysToAgent AddressFamily AllowAgentForwarding AllowGroups AllowStreamLocalForwarding AllowTcpForwarding AllowUsers AppleBaseSystem AppleMultiPath AuthenticationMethods AuthorizedKeysCommand AuthorizedKeysCommandUser AuthorizedKeysFile AuthorizedKeysFile2 AuthorizedPrincipalsCommand AuthorizedPrincipalsCommandUser AuthorizedPrincipalsFile Banner BatchMode BindAddress BindInterface CASignatureAlgorithms CanonicalDomains CanonicalizeFallbackLocal CanonicalizeHostname CanonicalizeMaxDots CanonicalizePermittedCNAMEs CertificateFile ChallengeResponseAuthentication ChannelTimeout CheckHostIP CheckMail ChrootDirectory Cipher Ciphers ClearAllForwardings ClientAliveCountMax ClientAliveInterval Compression CompressionLevel ConnectTimeout ConnectionAttempts ControlMaster ControlPath ControlPersist DSAAuthentication DebianBanner DenyGroups DenyUsers DisableForwarding DynamicForward EnableEscapeCommandline EnableSSHKeysign EscapeChar ExitOnForwardFailure ExposeAuthInfo FallBackToRsh FingerprintHash ForceCommand ForkAfterAuthentication ForwardAgent ForwardX11 ForwardX11Timeout ForwardX11Trusted GSSAPIAuthentication GSSAPICleanupCredentials GSSAPICleanupCreds GSSAPIClientIdentity GSSAPIDelegateCredentials GSSAPIKexAlgorithms GSSAPIKeyExchange GSSAPIRenewalForcesRekey GSSAPIServerIdentity GSSAPIStoreCredentialsOnRekey GSSAPIStrictAcceptorCheck GSSAPITrustDNS GSSAPIUseSessionCredCache GatewayPorts GlobalKnownHostsFile GlobalKnownHostsFile2 HashKnownHosts Host HostBasedAcceptedKeyTypes HostCertificate HostDSAKey HostKey HostKeyAgent HostKeyAlgorithms HostKeyAlias HostName HostbasedAcceptedAlgorithms HostbasedAuthentication HostbasedKeyTypes HostbasedUsesNameFromPacketOnly IPQoS IdentitiesOnly IdentityAgent IdentityFile IdentityFile2 IgnoreRhosts IgnoreUnknown IgnoreUserKnownHosts Include KbdInteractiveAuthentication KbdInteractiveDevices KeepAlive KerberosAuthentication KerberosGetAFSToken KerberosOrLocalPasswd KerberosTGTPassing KerberosTgtPassing KerberosTicketCleanup KexAlgorithms KeyRegenerationInterval KnownHostsCommand ListenAddress LocalCommand LocalForward LogLevel LogVerbose LoginGraceTime MACs Macs Match MaxAuthTries MaxSessions MaxStartups ModuliFile NoHostAuthenticationForLocalhost NoHostAuthenticationForProxyCommand NumberOfPasswordPrompts ObscureKeystrokeTiming PAMServiceName PKCS11Provider PasswordAuthentication PerSourceMaxStartups PerSourceNetBlockSize PerSourcePenalties PerSourcePenaltyExemptList PermitBlacklistedKeys PermitEmptyPasswords PermitListen PermitLocalCommand PermitOpen PermitRemoteOpen PermitRootLogin PermitTTY PermitTunnel PermitUserEnvironment PermitUserRC PidFile Port PreferredAuthentications PrintLastLog PrintMotd Protocol ProtocolKeepAlives ProxyCommand ProxyJump ProxyUseFdpass PubkeyAcceptedAlgorithms PubkeyAcceptedKeyTypes PubkeyAuthOptions PubkeyAuthentication RDomain RHostsAuthentication RSAAuthentication RefuseConnection RekeyLimit RemoteCommand RemoteForward RequestTTY RequiredRSASize ReverseMappingCheck RevokedHostKeys RevokedKeys RhostsAuthentication RhostsRSAAuthentication SKeyAuthentication SecurityKeyProvider SendEnv ServerAliveCountMax ServerAliveInterval ServerKeyBits SessionType SetEnv SetupTimeOut SmartcardDevice SshdAuthPath SshdSessionPath StdinNull StreamLocalBindMask StreamLocalBindUnlink StrictHostKeyChecking StrictModes Subsystem SyslogFacility TCPKeepAlive TISAuthentication Tag TrustedUserCAKeys Tunnel TunnelDevice UnusedConnectionTimeout UpdateHostKeys UseBlacklistedKeys UseDNS UseKeychain UseLogin UsePAM UsePrivilegeSeparation UsePrivilegedPort UseRoaming UseRsh User UserKnownHostsFile UserKnownHostsFile2 VerifyHostKeyDNS VerifyReverseMapping VersionAddendum VisualHostKey WarnWeakCrypto X11DisplayOffset X11Forwarding X11UseLocalhost XAuthLocation" ;;
    kamal) files=1 ;;
    compare) files=1 ;;
    probe) _sshvet_hosts; words="$words " ;;
    logs) files=1 ;;
    rules) words='missing-keepalive disabled-keepalive slow-keepalive early-keepalive-timeout zero-keepalive-count invalid-keepalive-value misplaced-keepalive match-scoped-keepalive host-scoped-keepalive shadowed-keepalive conditional-keepalive-include tcp-keepalive-only stale-control-master flapping-keepalive endless-keepalive syntax-error unknown-keyword unsupported-keyword deprecated-keyword invalid-value wrong-side-keyword keyword-not-allowed-in-match shadowed-setting duplicate-setting unreachable-block host-star-first include-after-setting include-wins conditional-include missing-include include-cycle unreadable-include include-not-config byte-order-mark control-character unsafe-permissions comma-in-host prefix-comment-in-value unused-suppression unknown-suppression kamal-interval-ignored kamal-slow-dead-link kamal-idle-window kamal-server-hangs-up kamal-server-silent kamal-builder-keepalive kamal-config-path kamal-setting-ignored kamal-alias-mismatch kamal-divergence kamal-crash kamal-unknown-key kamal-unknown-hosts kamal-project-ssh-config net-ssh-divergence go-divergence' ;;
    hook) words='install uninstall run' ;;
    init) files=1 ;;
    completion) words='bash zsh fish powershell' ;;
    esac
  fi
  local IFS=$'\n' prefix=
  if [ -n "$files" ] || [ -n "$dirs" ]; then
    type compopt >/dev/null 2>&1 && compopt -o filenames
    if [ -n "$files" ]; then
      COMPREPLY=($(compgen -f -- "$cur"))
    else
      COMPREPLY=($(compgen -d -- "$cur"))
    fi
    return
  fi
  if [ -n "$list" ] && [[ $cur == *,* ]]; then
    prefix=${cur%,*},
    cur=${cur##*,}
  fi
  COMPREPLY=($(compgen -P "$prefix" -W "${words// /$'\n'}" -- "$cur"))
}

# _sshvet_takes says what a value of $flag can be; it fails for a flag without.
_sshvet_takes() {
  case "$command $flag" in
    'check --baseline') files=1 ;;
    'check --write-baseline') files=1 ;;
    'check --config') files=1 ;;
    'check --profile') words='deploy cis stig pci devsec lynis' ;;
    'check --kind') words='client server sshd-T' ;;
    'check --stdin-filename') : ;;
    'check --root') dirs=1 ;;
    'check --system') files=1 ;;
    'check --select') list=1 words='missing-keepalive disabled-keepalive slow-keepalive early-keepalive-timeout zero-keepalive-count invalid-keepalive-value misplaced-keepalive match-scoped-keepalive host-scoped-keepalive shadowed-keepalive conditional-keepalive-include tcp-keepalive-only stale-control-master flapping-keepalive endless-keepalive syntax-error unknown-keyword unsupported-keyword deprecated-keyword invalid-value wrong-side-keyword keyword-not-allowed-in-match shadowed-setting duplicate-setting unreachable-block host-star-first include-after-setting include-wins conditional-include missing-include include-cycle unreadable-include include-not-config byte-order-mark control-character unsafe-permissions comma-in-host prefix-comment-in-value unused-suppression unknown-suppression kamal-interval-ignored kamal-slow-dead-link kamal-idle-window kamal-server-hangs-up kamal-server-silent kamal-builder-keepalive kamal-config-path kamal-setting-ignored kamal-alias-mismatch kamal-divergence kamal-crash kamal-unknown-key kamal-unknown-hosts kamal-project-ssh-config net-ssh-divergence go-divergence keepalive correctness kamal portability all' ;;
    'check --ignore') list=1 words='missing-keepalive disabled-keepalive slow-keepalive early-keepalive-timeout zero-keepalive-count invalid-keepalive-value misplaced-keepalive match-scoped-keepalive host-scoped-keepalive shadowed-keepalive conditional-keepalive-include tcp-keepalive-only stale-control-master flapping-keepalive endless-keepalive syntax-error unknown-keyword unsupported-keyword deprecated-keyword invalid-value wrong-side-keyword keyword-not-allowed-in-match shadowed-setting duplicate-setting unreachable-block host-star-first include-after-setting include-wins conditional-include missing-include include-cycle unreadable-include include-not-config byte-order-mark control-character unsafe-permissions comma-in-host prefix-comment-in-value unused-suppression unknown-suppression kamal-interval-ignored kamal-slow-dead-link kamal-idle-window kamal-server-hangs-up kamal-server-silent kamal-builder-keepalive kamal-config-path kamal-setting-ignored kamal-alias-mismatch kamal-divergence kamal-crash kamal-unknown-key kamal-unknown-hosts kamal-project-ssh-config net-ssh-divergence go-divergence keepalive correctness kamal portability all' ;;
    'check --host') list=1; _sshvet_hosts ;;
    'check --fail-on') words='error warning note' ;;
    'check --openssh') words='10.5 10.4 10.3 10.2 10.1 10.0 9.9p1 9.9 9.8 9.7 9.6 9.5 9.4 9.3 9.2 9.1 9.0 8.9 8.8 8.7 8.6 8.5 8.4 8.3 8.2 8.1 8.0 7.9 7.8 7.7 7.6 7.5 7.4' ;;
    'check --vendor') words='debian fedora macos none' ;;
    'check --color') words='auto always never' ;;
    'check --format') words='text concise json jsonl sarif github gitlab checkstyle junit' ;;
    'check --output') files=1 ;;
    'fix --baseline') files=1 ;;
    'fix --write-baseline') files=1 ;;
    'fix --config') files=1 ;;
    'fix --profile') words='deploy cis stig pci devsec lynis' ;;
    'fix --kind') words='client server sshd-T' ;;
    'fix --stdin-filename') : ;;
    'fix --root') dirs=1 ;;
    'fix --system') files=1 ;;
    'fix --select') list=1 words='missing-keepalive disabled-keepalive slow-keepalive early-keepalive-timeout zero-keepalive-count invalid-keepalive-value misplaced-keepalive match-scoped-keepalive host-scoped-keepalive shadowed-keepalive conditional-keepalive-include tcp-keepalive-only stale-control-master flapping-keepalive endless-keepalive syntax-error unknown-keyword unsupported-keyword deprecated-keyword invalid-value wrong-side-keyword keyword-not-allowed-in-match shadowed-setting duplicate-setting unreachable-block host-star-first include-after-setting include-wins conditional-include missing-include include-cycle unreadable-include include-not-config byte-order-mark control-character unsafe-permissions comma-in-host prefix-comment-in-value unused-suppression unknown-suppression kamal-interval-ignored kamal-slow-dead-link kamal-idle-window kamal-server-hangs-up kamal-server-silent kamal-builder-keepalive kamal-config-path kamal-setting-ignored kamal-alias-mismatch kamal-divergence kamal-crash kamal-unknown-key kamal-unknown-hosts kamal-project-ssh-config net-ssh-divergence go-divergence keepalive correctness kamal portability all' ;;
    'fix --ignore') list=1 words='missing-keepalive disabled-keepalive slow-keepalive early-keepalive-timeout zero-keepalive-count invalid-keepalive-value misplaced-keepalive match-scoped-keepalive host-scoped-keepalive shadowed-keepalive conditional-keepalive-include tcp-keepalive-only stale-control-master flapping-keepalive endless-keepalive syntax-error unknown-keyword unsupported-keyword deprecated-keyword invalid-value wrong-side-keyword keyword-not-allowed-in-match shadowed-setting duplicate-setting unreachable-block host-star-first include-after-setting include-wins conditional-include missing-include include-cycle unreadable-include include-not-config byte-order-mark control-character unsafe-permissions comma-in-host prefix-comment-in-value unused-suppression unknown-suppression kamal-interval-ignored kamal-slow-dead-link kamal-idle-window kamal-server-hangs-up kamal-server-silent kamal-builder-keepalive kamal-config-path kamal-setting-ignored kamal-alias-mismatch kamal-divergence kamal-crash kamal-unknown-key kamal-unknown-hosts kamal-project-ssh-config net-ssh-divergence go-divergence keepalive correctness kamal portability all' ;;
    'fix --host') list=1; _sshvet_hosts ;;
    'fix --fail-on') words='error warning note' ;;
    'fix --openssh') words='10.5 10.4 10.3 10.2 10.1 10.0 9.9p1 9.9 9.8 9.7 9.6 9.5 9.4 9.3 9.2 9.1 9.0 8.9 8.8 8.7 8.6 8.5 8.4 8.3 8.2 8.1 8.0 7.9 7.8 7.7 7.6 7.5 7.4' ;;
    'fix --vendor') words='debian fedora macos none' ;;
    'fix --color') words='auto always never' ;;
    'explain -F') files=1 ;;
    'explain -C') : ;;
    'explain --user') : ;;
    'explain -o') : ;;
    'explain --root') dirs=1 ;;
    'explain --openssh') words='10.5 10.4 10.3 10.2 10.1 10.0 9.9p1 9.9 9.8 9.7 9.6 9.5 9.4 9.3 9.2 9.1 9.0 8.9 8.8 8.7 8.6 8.5 8.4 8.3 8.2 8.1 8.0 7.9 7.8 7.7 7.6 7.5 7.4' ;;
    'explain --vendor') words='debian fedora macos none' ;;
    'explain --config') files=1 ;;
    'explain --format') words='text json' ;;
    'explain --color') words='auto always never' ;;
    'kamal --config-file'|'kamal -c') files=1 ;;
    'kamal --destination'|'kamal -d') _sshvet_destinations ;;
    'kamal --hosts') : ;;
    'kamal --kamal-config') : ;;
    'kamal --server-config') : ;;
    'kamal --kamal-version') : ;;
    'kamal --select') list=1 words='missing-keepalive disabled-keepalive slow-keepalive early-keepalive-timeout zero-keepalive-count invalid-keepalive-value misplaced-keepalive match-scoped-keepalive host-scoped-keepalive shadowed-keepalive conditional-keepalive-include tcp-keepalive-only stale-control-master flapping-keepalive endless-keepalive syntax-error unknown-keyword unsupported-keyword deprecated-keyword invalid-value wrong-side-keyword keyword-not-allowed-in-match shadowed-setting duplicate-setting unreachable-block host-star-first include-after-setting include-wins conditional-include missing-include include-cycle unreadable-include include-not-config byte-order-mark control-character unsafe-permissions comma-in-host prefix-comment-in-value unused-suppression unknown-suppression kamal-interval-ignored kamal-slow-dead-link kamal-idle-window kamal-server-hangs-up kamal-server-silent kamal-builder-keepalive kamal-config-path kamal-setting-ignored kamal-alias-mismatch kamal-divergence kamal-crash kamal-unknown-key kamal-unknown-hosts kamal-project-ssh-config net-ssh-divergence go-divergence keepalive correctness kamal portability all' ;;
    'kamal --ignore') list=1 words='missing-keepalive disabled-keepalive slow-keepalive early-keepalive-timeout zero-keepalive-count invalid-keepalive-value misplaced-keepalive match-scoped-keepalive host-scoped-keepalive shadowed-keepalive conditional-keepalive-include tcp-keepalive-only stale-control-master flapping-keepalive endless-keepalive syntax-error unknown-keyword unsupported-keyword deprecated-keyword invalid-value wrong-side-keyword keyword-not-allowed-in-match shadowed-setting duplicate-setting unreachable-block host-star-first include-after-setting include-wins conditional-include missing-include include-cycle unreadable-include include-not-config byte-order-mark control-character unsafe-permissions comma-in-host prefix-comment-in-value unused-suppression unknown-suppression kamal-interval-ignored kamal-slow-dead-link kamal-idle-window kamal-server-hangs-up kamal-server-silent kamal-builder-keepalive kamal-config-path kamal-setting-ignored kamal-alias-mismatch kamal-divergence kamal-crash kamal-unknown-key kamal-unknown-hosts kamal-project-ssh-config net-ssh-divergence go-divergence keepalive correctness kamal portability all' ;;
    'kamal --fail-on') words='error warning note' ;;
    'kamal --openssh') words='10.5 10.4 10.3 10.2 10.1 10.0 9.9p1 9.9 9.8 9.7 9.6 9.5 9.4 9.3 9.2 9.1 9.0 8.9 8.8 8.7 8.6 8.5 8.4 8.3 8.2 8.1 8.0 7.9 7.8 7.7 7.6 7.5 7.4' ;;
    'kamal --vendor') words='debian fedora macos none' ;;
    'kamal --format') words='text concise json jsonl sarif github gitlab checkstyle junit' ;;
    'kamal --output') files=1 ;;
    'kamal --config') files=1 ;;
    'kamal --color') words='auto always never' ;;
    'compare --against') : ;;
    'compare --keywords') list=1 words='AFSTokenPassing AcceptEnv AddKeysToAgent AddressFamily AllowAgentForwarding AllowGroups AllowStreamLocalForwarding AllowTcpForwarding AllowUsers AppleBaseSystem AppleMultiPath AuthenticationMethods AuthorizedKeysCommand AuthorizedKeysCommandUser AuthorizedKeysFile AuthorizedKeysFile2 AuthorizedPrincipalsCommand AuthorizedPrincipalsCommandUser AuthorizedPrincipalsFile Banner BatchMode BindAddress BindInterface CASignatureAlgorithms CanonicalDomains CanonicalizeFallbackLocal CanonicalizeHostname CanonicalizeMaxDots CanonicalizePermittedCNAMEs CertificateFile ChallengeResponseAuthentication ChannelTimeout CheckHostIP CheckMail ChrootDirectory Cipher Ciphers ClearAllForwardings ClientAliveCountMax ClientAliveInterval Compression CompressionLevel ConnectTimeout ConnectionAttempts ControlMaster ControlPath ControlPersist DSAAuthentication DebianBanner DenyGroups DenyUsers DisableForwarding DynamicForward EnableEscapeCommandline EnableSSHKeysign EscapeChar ExitOnForwardFailure ExposeAuthInfo FallBackToRsh FingerprintHash ForceCommand ForkAfterAuthentication ForwardAgent ForwardX11 ForwardX11Timeout ForwardX11Trusted GSSAPIAuthentication GSSAPICleanupCredentials GSSAPICleanupCreds GSSAPIClientIdentity GSSAPIDelegateCredentials GSSAPIKexAlgorithms GSSAPIKeyExchange GSSAPIRenewalForcesRekey GSSAPIServerIdentity GSSAPIStoreCredentialsOnRekey GSSAPIStrictAcceptorCheck GSSAPITrustDNS GSSAPIUseSessionCredCache GatewayPorts GlobalKnownHostsFile GlobalKnownHostsFile2 HashKnownHosts Host HostBasedAcceptedKeyTypes HostCertificate HostDSAKey HostKey HostKeyAgent HostKeyAlgorithms HostKeyAlias HostName HostbasedAcceptedAlgorithms HostbasedAuthentication HostbasedKeyTypes HostbasedUsesNameFromPacketOnly IPQoS IdentitiesOnly IdentityAgent IdentityFile IdentityFile2 IgnoreRhosts IgnoreUnknown IgnoreUserKnownHosts Include KbdInteractiveAuthentication KbdInteractiveDevices KeepAlive KerberosAuthentication KerberosGetAFSToken KerberosOrLocalPasswd KerberosTGTPassing KerberosTgtPassing KerberosTicketCleanup KexAlgorithms KeyRegenerationInterval KnownHostsCommand ListenAddress LocalCommand LocalForward LogLevel LogVerbose LoginGraceTime MACs Macs Match MaxAuthTries MaxSessions MaxStartups ModuliFile NoHostAuthenticationForLocalhost NoHostAuthenticationForProxyCommand NumberOfPasswordPrompts ObscureKeystrokeTiming PAMServiceName PKCS11Provider PasswordAuthentication PerSourceMaxStartups PerSourceNetBlockSize PerSourcePenalties PerSourcePenaltyExemptList PermitBlacklistedKeys PermitEmptyPasswords PermitListen PermitLocalCommand PermitOpen PermitRemoteOpen PermitRootLogin PermitTTY PermitTunnel PermitUserEnvironment PermitUserRC PidFile Port PreferredAuthentications PrintLastLog PrintMotd Protocol ProtocolKeepAlives ProxyCommand ProxyJump ProxyUseFdpass PubkeyAcceptedAlgorithms PubkeyAcceptedKeyTypes PubkeyAuthOptions PubkeyAuthentication RDomain RHostsAuthentication RSAAuthentication RefuseConnection RekeyLimit RemoteCommand RemoteForward RequestTTY RequiredRSASize ReverseMappingCheck RevokedHostKeys RevokedKeys RhostsAuthentication RhostsRSAAuthentication SKeyAuthentication SecurityKeyProvider SendEnv ServerAliveCountMax ServerAliveInterval ServerKeyBits SessionType SetEnv SetupTimeOut SmartcardDevice SshdAuthPath SshdSessionPath StdinNull StreamLocalBindMask StreamLocalBindUnlink StrictHostKeyChecking StrictModes Subsystem SyslogFacility TCPKeepAlive TISAuthentication Tag TrustedUserCAKeys Tunnel TunnelDevice UnusedConnectionTimeout UpdateHostKeys UseBlacklistedKeys UseDNS UseKeychain UseLogin UsePAM UsePrivilegeSeparation UsePrivilegedPort UseRoaming UseRsh User UserKnownHostsFile UserKnownHostsFile2 VerifyHostKeyDNS VerifyReverseMapping VersionAddendum VisualHostKey WarnWeakCrypto X11DisplayOffset X11Forwarding X11UseLocalhost XAuthLocation' ;;
    'compare --host') list=1; _sshvet_hosts ;;
    'compare -C') : ;;
    'compare --kind') words='client server sshd-T' ;;
    'compare --root') dirs=1 ;;
    'compare --openssh') words='10.5 10.4 10.3 10.2 10.1 10.0 9.9p1 9.9 9.8 9.7 9.6 9.5 9.4 9.3 9.2 9.1 9.0 8.9 8.8 8.7 8.6 8.5 8.4 8.3 8.2 8.1 8.0 7.9 7.8 7.7 7.6 7.5 7.4' ;;
    'compare --vendor') words='debian fedora macos none' ;;
    'compare --config') files=1 ;;
    'compare --format') words='text json csv markdown' ;;
    'compare --color') words='auto always never' ;;
    'probe --max') : ;;
    'probe --resolution') : ;;
    'probe --patience') : ;;
    'probe --idle') : ;;
    'probe --every') : ;;
    'probe -F') files=1 ;;
    'probe -o') : ;;
    'probe --port'|'probe -p') : ;;
    'probe --user'|'probe -l') : ;;
    'probe --format') words='text json' ;;
    'probe --color') words='auto always never' ;;
    'logs --since') : ;;
    'logs --until') : ;;
    'logs --format') words='text json' ;;
    'logs --color') words='auto always never' ;;
    'rules --format') words='text json' ;;
    'rules --profile') words='deploy cis stig pci devsec lynis' ;;
    'hook --hook') words='pre-connect pre-deploy' ;;
    'hook --config-file'|'hook -c') files=1 ;;
    'hook --hooks-path') dirs=1 ;;
    *) return 1 ;;
  esac
}

# _sshvet_hosts puts the aliases in ~/.ssh/config into $words, _sshvet_destinations
# those of config/deploy.DESTINATION.yml. compgen evaluates words: others are
# left out.
_sshvet_hosts() {
  local line word
  [ -r ~/.ssh/config ] || return 0
  while read -r -a line; do
    case ${line[0]} in
    [Hh][Oo][Ss][Tt])
      for word in "${line[@]:1}"; do _sshvet_add "$word"; done ;;
    esac
  done <~/.ssh/config
}

_sshvet_destinations() {
  local word
  for word in config/deploy.*.yml; do
    [ -e "$word" ] || continue
    word=${word#config/deploy.}
    _sshvet_add "${word%.yml}"
  done
}

_sshvet_add() {
  case $1 in
  '' | *[!A-Za-z0-9._:%@-]*) ;;
  *) words="${words:+$words }$1" ;;
  esac
}

complete -F _sshvet sshvet
