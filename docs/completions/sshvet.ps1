# PowerShell completion for sshvet, made by 'sshvet completion powershell'

Register-ArgumentCompleter -Native -CommandName sshvet -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = [ordered]@{
        'check' = @{ Help = 'report what is wrong; never writes anything'; Flags = @('--baseline', '--write-baseline', '--no-inline-ignore', '--config', '--no-config', '--show-config', '--profile', '--kind', '--stdin-filename', '--root', '--system', '--staged', '--no-includes', '--select', '--ignore', '--host', '--fail-on', '--exit-zero', '--openssh', '--vendor', '--color', '--quiet', '--verbose', '--format', '--output', '--statistics', '-h', '--help'); Words = @(); Values = @{
            '--baseline' = @()
            '--write-baseline' = @()
            '--config' = @()
            '--profile' = @('deploy', 'cis', 'stig', 'pci', 'devsec', 'lynis')
            '--kind' = @('client', 'server', 'sshd-T')
            '--stdin-filename' = @()
            '--root' = @()
            '--system' = @()
            '--select' = @('missing-keepalive', 'disabled-keepalive', 'slow-keepalive', 'early-keepalive-timeout', 'zero-keepalive-count', 'invalid-keepalive-value', 'misplaced-keepalive', 'match-scoped-keepalive', 'host-scoped-keepalive', 'shadowed-keepalive', 'conditional-keepalive-include', 'tcp-keepalive-only', 'stale-control-master', 'flapping-keepalive', 'endless-keepalive', 'syntax-error', 'unknown-keyword', 'unsupported-keyword', 'deprecated-keyword', 'invalid-value', 'wrong-side-keyword', 'keyword-not-allowed-in-match', 'shadowed-setting', 'duplicate-setting', 'unreachable-block', 'host-star-first', 'include-after-setting', 'include-wins', 'conditional-include', 'missing-include', 'include-cycle', 'unreadable-include', 'include-not-config', 'byte-order-mark', 'control-character', 'unsafe-permissions', 'comma-in-host', 'prefix-comment-in-value', 'unused-suppression', 'unknown-suppression', 'kamal-interval-ignored', 'kamal-slow-dead-link', 'kamal-idle-window', 'kamal-server-hangs-up', 'kamal-server-silent', 'kamal-builder-keepalive', 'kamal-config-path', 'kamal-setting-ignored', 'kamal-alias-mismatch', 'kamal-divergence', 'kamal-crash', 'kamal-unknown-key', 'kamal-unknown-hosts', 'kamal-project-ssh-config', 'net-ssh-divergence', 'go-divergence', 'keepalive', 'correctness', 'kamal', 'portability', 'all')
            '--ignore' = @('missing-keepalive', 'disabled-keepalive', 'slow-keepalive', 'early-keepalive-timeout', 'zero-keepalive-count', 'invalid-keepalive-value', 'misplaced-keepalive', 'match-scoped-keepalive', 'host-scoped-keepalive', 'shadowed-keepalive', 'conditional-keepalive-include', 'tcp-keepalive-only', 'stale-control-master', 'flapping-keepalive', 'endless-keepalive', 'syntax-error', 'unknown-keyword', 'unsupported-keyword', 'deprecated-keyword', 'invalid-value', 'wrong-side-keyword', 'keyword-not-allowed-in-match', 'shadowed-setting', 'duplicate-setting', 'unreachable-block', 'host-star-first', 'include-after-setting', 'include-wins', 'conditional-include', 'missing-include', 'include-cycle', 'unreadable-include', 'include-not-config', 'byte-order-mark', 'control-character', 'unsafe-permissions', 'comma-in-host', 'prefix-comment-in-value', 'unused-suppression', 'unknown-suppression', 'kamal-interval-ignored', 'kamal-slow-dead-link', 'kamal-idle-window', 'kamal-server-hangs-up', 'kamal-server-silent', 'kamal-builder-keepalive', 'kamal-config-path', 'kamal-setting-ignored', 'kamal-alias-mismatch', 'kamal-divergence', 'kamal-crash', 'kamal-unknown-key', 'kamal-unknown-hosts', 'kamal-project-ssh-config', 'net-ssh-divergence', 'go-divergence', 'keepalive', 'correctness', 'kamal', 'portability', 'all')
            '--host' = @()
            '--fail-on' = @('error', 'warning', 'note')
            '--openssh' = @('10.5', '10.4', '10.3', '10.2', '10.1', '10.0', '9.9p1', '9.9', '9.8', '9.7', '9.6', '9.5', '9.4', '9.3', '9.2', '9.1', '9.0', '8.9', '8.8', '8.7', '8.6', '8.5', '8.4', '8.3', '8.2', '8.1', '8.0', '7.9', '7.8', '7.7', '7.6', '7.5', '7.4')
            '--vendor' = @('debian', 'fedora', 'macos', 'none')
            '--color' = @('auto', 'always', 'never')
            '--format' = @('text', 'concise', 'json', 'jsonl', 'sarif', 'github', 'gitlab', 'checkstyle', 'junit')
            '--output' = @()
        } }
        'fix' = @{ Help = 'show the diff, then write the corrected files'; Flags = @('--baseline', '--write-baseline', '--no-inline-ignore', '--config', '--no-config', '--show-config', '--profile', '--kind', '--stdin-filename', '--root', '--system', '--staged', '--no-includes', '--select', '--ignore', '--host', '--fail-on', '--exit-zero', '--openssh', '--vendor', '--color', '--quiet', '--verbose', '--diff', '--check', '--yes', '-y', '--interactive', '-i', '--unsafe-fixes', '--drop-in', '--backup', '--undo', '--reload', '--exit-non-zero-on-fix', '-h', '--help'); Words = @(); Values = @{
            '--baseline' = @()
            '--write-baseline' = @()
            '--config' = @()
            '--profile' = @('deploy', 'cis', 'stig', 'pci', 'devsec', 'lynis')
            '--kind' = @('client', 'server', 'sshd-T')
            '--stdin-filename' = @()
            '--root' = @()
            '--system' = @()
            '--select' = @('missing-keepalive', 'disabled-keepalive', 'slow-keepalive', 'early-keepalive-timeout', 'zero-keepalive-count', 'invalid-keepalive-value', 'misplaced-keepalive', 'match-scoped-keepalive', 'host-scoped-keepalive', 'shadowed-keepalive', 'conditional-keepalive-include', 'tcp-keepalive-only', 'stale-control-master', 'flapping-keepalive', 'endless-keepalive', 'syntax-error', 'unknown-keyword', 'unsupported-keyword', 'deprecated-keyword', 'invalid-value', 'wrong-side-keyword', 'keyword-not-allowed-in-match', 'shadowed-setting', 'duplicate-setting', 'unreachable-block', 'host-star-first', 'include-after-setting', 'include-wins', 'conditional-include', 'missing-include', 'include-cycle', 'unreadable-include', 'include-not-config', 'byte-order-mark', 'control-character', 'unsafe-permissions', 'comma-in-host', 'prefix-comment-in-value', 'unused-suppression', 'unknown-suppression', 'kamal-interval-ignored', 'kamal-slow-dead-link', 'kamal-idle-window', 'kamal-server-hangs-up', 'kamal-server-silent', 'kamal-builder-keepalive', 'kamal-config-path', 'kamal-setting-ignored', 'kamal-alias-mismatch', 'kamal-divergence', 'kamal-crash', 'kamal-unknown-key', 'kamal-unknown-hosts', 'kamal-project-ssh-config', 'net-ssh-divergence', 'go-divergence', 'keepalive', 'correctness', 'kamal', 'portability', 'all')
            '--ignore' = @('missing-keepalive', 'disabled-keepalive', 'slow-keepalive', 'early-keepalive-timeout', 'zero-keepalive-count', 'invalid-keepalive-value', 'misplaced-keepalive', 'match-scoped-keepalive', 'host-scoped-keepalive', 'shadowed-keepalive', 'conditional-keepalive-include', 'tcp-keepalive-only', 'stale-control-master', 'flapping-keepalive', 'endless-keepalive', 'syntax-error', 'unknown-keyword', 'unsupported-keyword', 'deprecated-keyword', 'invalid-value', 'wrong-side-keyword', 'keyword-not-allowed-in-match', 'shadowed-setting', 'duplicate-setting', 'unreachable-block', 'host-star-first', 'include-after-setting', 'include-wins', 'conditional-include', 'missing-include', 'include-cycle', 'unreadable-include', 'include-not-config', 'byte-order-mark', 'control-character', 'unsafe-permissions', 'comma-in-host', 'prefix-comment-in-value', 'unused-suppression', 'unknown-suppression', 'kamal-interval-ignored', 'kamal-slow-dead-link', 'kamal-idle-window', 'kamal-server-hangs-up', 'kamal-server-silent', 'kamal-builder-keepalive', 'kamal-config-path', 'kamal-setting-ignored', 'kamal-alias-mismatch', 'kamal-divergence', 'kamal-crash', 'kamal-unknown-key', 'kamal-unknown-hosts', 'kamal-project-ssh-config', 'net-ssh-divergence', 'go-divergence', 'keepalive', 'correctness', 'kamal', 'portability', 'all')
            '--host' = @()
            '--fail-on' = @('error', 'warning', 'note')
            '--openssh' = @('10.5', '10.4', '10.3', '10.2', '10.1', '10.0', '9.9p1', '9.9', '9.8', '9.7', '9.6', '9.5', '9.4', '9.3', '9.2', '9.1', '9.0', '8.9', '8.8', '8.7', '8.6', '8.5', '8.4', '8.3', '8.2', '8.1', '8.0', '7.9', '7.8', '7.7', '7.6', '7.5', '7.4')
            '--vendor' = @('debian', 'fedora', 'macos', 'none')
            '--color' = @('auto', 'always', 'never')
        } }
        'explain' = @{ Help = 'show what each program will use for a host, and which line each value comes from'; Flags = @('-F', '--server', '-C', '--user', '-o', '--root', '--no-includes', '--openssh', '--vendor', '--config', '--no-config', '--format', '--color', '--quiet', '-h', '--help'); Words = @('AFSTokenPassing', 'AcceptEnv', 'AddKeysToAgent', 'AddressFamily', 'AllowAgentForwarding', 'AllowGroups', 'AllowStreamLocalForwarding', 'AllowTcpForwarding', 'AllowUsers', 'AppleBaseSystem', 'AppleMultiPath', 'AuthenticationMethods', 'AuthorizedKeysCommand', 'AuthorizedKeysCommandUser', 'AuthorizedKeysFile', 'AuthorizedKeysFile2', 'AuthorizedPrincipalsCommand', 'AuthorizedPrincipalsCommandUser', 'AuthorizedPrincipalsFile', 'Banner', 'BatchMode', 'BindAddress', 'BindInterface', 'CASignatureAlgorithms', 'CanonicalDomains', 'CanonicalizeFallbackLocal', 'CanonicalizeHostname', 'CanonicalizeMaxDots', 'CanonicalizePermittedCNAMEs', 'CertificateFile', 'ChallengeResponseAuthentication', 'ChannelTimeout', 'CheckHostIP', 'CheckMail', 'ChrootDirectory', 'Cipher', 'Ciphers', 'ClearAllForwardings', 'ClientAliveCountMax', 'ClientAliveInterval', 'Compression', 'CompressionLevel', 'ConnectTimeout', 'ConnectionAttempts', 'ControlMaster', 'ControlPath', 'ControlPersist', 'DSAAuthentication', 'DebianBanner', 'DenyGroups', 'DenyUsers', 'DisableForwarding', 'DynamicForward', 'EnableEscapeCommandline', 'EnableSSHKeysign', 'EscapeChar', 'ExitOnForwardFailure', 'ExposeAuthInfo', 'FallBackToRsh', 'FingerprintHash', 'ForceCommand', 'ForkAfterAuthentication', 'ForwardAgent', 'ForwardX11', 'ForwardX11Timeout', 'ForwardX11Trusted', 'GSSAPIAuthentication', 'GSSAPICleanupCredentials', 'GSSAPICleanupCreds', 'GSSAPIClientIdentity', 'GSSAPIDelegateCredentials', 'GSSAPIKexAlgorithms', 'GSSAPIKeyExchange', 'GSSAPIRenewalForcesRekey', 'GSSAPIServerIdentity', 'GSSAPIStoreCredentialsOnRekey', 'GSSAPIStrictAcceptorCheck', 'GSSAPITrustDNS', 'GSSAPIUseSessionCredCache', 'GatewayPorts', 'GlobalKnownHostsFile', 'GlobalKnownHostsFile2', 'HashKnownHosts', 'Host', 'HostBasedAcceptedKeyTypes', 'HostCertificate', 'HostDSAKey', 'HostKey', 'HostKeyAgent', 'HostKeyAlgorithms', 'HostKeyAlias', 'HostName', 'HostbasedAcceptedAlgorithms', 'HostbasedAuthentication', 'HostbasedKeyTypes', 'HostbasedUsesNameFromPacketOnly', 'IPQoS', 'IdentitiesOnly', 'IdentityAgent', 'IdentityFile', 'IdentityFile2', 'IgnoreRhosts', 'IgnoreUnknown', 'IgnoreUserKnownHosts', 'Include', 'KbdInteractiveAuthentication', 'KbdInteractiveDevices', 'KeepAlive', 'KerberosAuthentication', 'KerberosGetAFSToken', 'KerberosOrLocalPasswd', 'KerberosTGTPassing', 'KerberosTgtPassing', 'KerberosTicketCleanup', 'KexAlgorithms', 'KeyRegenerationInterval', 'KnownHostsCommand', 'ListenAddress', 'LocalCommand', 'LocalForward', 'LogLevel', 'LogVerbose', 'LoginGraceTime', 'MACs', 'Macs', 'Match', 'MaxAuthTries', 'MaxSessions', 'MaxStartups', 'ModuliFile', 'NoHostAuthenticationForLocalhost', 'NoHostAuthenticationForProxyCommand', 'NumberOfPasswordPrompts', 'ObscureKeystrokeTiming', 'PAMServiceName', 'PKCS11Provider', 'PasswordAuthentication', 'PerSourceMaxStartups', 'PerSourceNetBlockSize', 'PerSourcePenalties', 'PerSourcePenaltyExemptList', 'PermitBlacklistedKeys', 'PermitEmptyPasswords', 'PermitListen', 'PermitLocalCommand', 'PermitOpen', 'PermitRemoteOpen', 'PermitRootLogin', 'PermitTTY', 'PermitTunnel', 'PermitUserEnvironment', 'PermitUserRC', 'PidFile', 'Port', 'PreferredAuthentications', 'PrintLastLog', 'PrintMotd', 'Protocol', 'ProtocolKeepAlives', 'ProxyCommand', 'ProxyJump', 'ProxyUseFdpass', 'PubkeyAcceptedAlgorithms', 'PubkeyAcceptedKeyTypes', 'PubkeyAuthOptions', 'PubkeyAuthentication', 'RDomain', 'RHostsAuthentication', 'RSAAuthentication', 'RefuseConnection', 'RekeyLimit', 'RemoteCommand', 'RemoteForward', 'RequestTTY', 'RequiredRSASize', 'ReverseMappingCheck', 'RevokedHostKeys', 'RevokedKeys', 'RhostsAuthentication', 'RhostsRSAAuthentication', 'SKeyAuthentication', 'SecurityKeyProvider', 'SendEnv', 'ServerAliveCountMax', 'ServerAliveInterval', 'ServerKeyBits', 'SessionType', 'SetEnv', 'SetupTimeOut', 'SmartcardDevice', 'SshdAuthPath', 'SshdSessionPath', 'StdinNull', 'StreamLocalBindMask', 'StreamLocalBindUnlink', 'StrictHostKeyChecking', 'StrictModes', 'Subsystem', 'SyslogFacility', 'TCPKeepAlive', 'TISAuthentication', 'Tag', 'TrustedUserCAKeys', 'Tunnel', 'TunnelDevice', 'UnusedConnectionTimeout', 'UpdateHostKeys', 'UseBlacklistedKeys', 'UseDNS', 'UseKeychain', 'UseLogin', 'UsePAM', 'UsePrivilegeSeparation', 'UsePrivilegedPort', 'UseRoaming', 'UseRsh', 'User', 'UserKnownHostsFile', 'UserKnownHostsFile2', 'VerifyHostKeyDNS', 'VerifyReverseMapping', 'VersionAddendum', 'VisualHostKey', 'WarnWeakCrypto', 'X11DisplayOffset', 'X11Forwarding', 'X11UseLocalhost', 'XAuthLocation'); Values = @{
            '--user' = @()
            '--root' = @()
            '--openssh' = @('10.5', '10.4', '10.3', '10.2', '10.1', '10.0', '9.9p1', '9.9', '9.8', '9.7', '9.6', '9.5', '9.4', '9.3', '9.2', '9.1', '9.0', '8.9', '8.8', '8.7', '8.6', '8.5', '8.4', '8.3', '8.2', '8.1', '8.0', '7.9', '7.8', '7.7', '7.6', '7.5', '7.4')
            '--vendor' = @('debian', 'fedora', 'macos', 'none')
            '--config' = @()
            '--format' = @('text', 'json')
            '--color' = @('auto', 'always', 'never')
        } }
        'kamal' = @{ Help = 'show what Kamal will really use for each deploy host, and what will drop it'; Flags = @('--config-file', '-c', '--destination', '-d', '--hosts', '--kamal-config', '--server-config', '--kamal-version', '--select', '--ignore', '--fail-on', '--exit-zero', '--openssh', '--vendor', '--format', '--output', '--config', '--no-config', '--color', '--quiet', '--verbose', '-h', '--help'); Words = @(); Values = @{
            '--config-file' = @()
            '--destination' = @()
            '--hosts' = @()
            '--kamal-config' = @()
            '--server-config' = @()
            '--kamal-version' = @()
            '--select' = @('missing-keepalive', 'disabled-keepalive', 'slow-keepalive', 'early-keepalive-timeout', 'zero-keepalive-count', 'invalid-keepalive-value', 'misplaced-keepalive', 'match-scoped-keepalive', 'host-scoped-keepalive', 'shadowed-keepalive', 'conditional-keepalive-include', 'tcp-keepalive-only', 'stale-control-master', 'flapping-keepalive', 'endless-keepalive', 'syntax-error', 'unknown-keyword', 'unsupported-keyword', 'deprecated-keyword', 'invalid-value', 'wrong-side-keyword', 'keyword-not-allowed-in-match', 'shadowed-setting', 'duplicate-setting', 'unreachable-block', 'host-star-first', 'include-after-setting', 'include-wins', 'conditional-include', 'missing-include', 'include-cycle', 'unreadable-include', 'include-not-config', 'byte-order-mark', 'control-character', 'unsafe-permissions', 'comma-in-host', 'prefix-comment-in-value', 'unused-suppression', 'unknown-suppression', 'kamal-interval-ignored', 'kamal-slow-dead-link', 'kamal-idle-window', 'kamal-server-hangs-up', 'kamal-server-silent', 'kamal-builder-keepalive', 'kamal-config-path', 'kamal-setting-ignored', 'kamal-alias-mismatch', 'kamal-divergence', 'kamal-crash', 'kamal-unknown-key', 'kamal-unknown-hosts', 'kamal-project-ssh-config', 'net-ssh-divergence', 'go-divergence', 'keepalive', 'correctness', 'kamal', 'portability', 'all')
            '--ignore' = @('missing-keepalive', 'disabled-keepalive', 'slow-keepalive', 'early-keepalive-timeout', 'zero-keepalive-count', 'invalid-keepalive-value', 'misplaced-keepalive', 'match-scoped-keepalive', 'host-scoped-keepalive', 'shadowed-keepalive', 'conditional-keepalive-include', 'tcp-keepalive-only', 'stale-control-master', 'flapping-keepalive', 'endless-keepalive', 'syntax-error', 'unknown-keyword', 'unsupported-keyword', 'deprecated-keyword', 'invalid-value', 'wrong-side-keyword', 'keyword-not-allowed-in-match', 'shadowed-setting', 'duplicate-setting', 'unreachable-block', 'host-star-first', 'include-after-setting', 'include-wins', 'conditional-include', 'missing-include', 'include-cycle', 'unreadable-include', 'include-not-config', 'byte-order-mark', 'control-character', 'unsafe-permissions', 'comma-in-host', 'prefix-comment-in-value', 'unused-suppression', 'unknown-suppression', 'kamal-interval-ignored', 'kamal-slow-dead-link', 'kamal-idle-window', 'kamal-server-hangs-up', 'kamal-server-silent', 'kamal-builder-keepalive', 'kamal-config-path', 'kamal-setting-ignored', 'kamal-alias-mismatch', 'kamal-divergence', 'kamal-crash', 'kamal-unknown-key', 'kamal-unknown-hosts', 'kamal-project-ssh-config', 'net-ssh-divergence', 'go-divergence', 'keepalive', 'correctness', 'kamal', 'portability', 'all')
            '--fail-on' = @('error', 'warning', 'note')
            '--openssh' = @('10.5', '10.4', '10.3', '10.2', '10.1', '10.0', '9.9p1', '9.9', '9.8', '9.7', '9.6', '9.5', '9.4', '9.3', '9.2', '9.1', '9.0', '8.9', '8.8', '8.7', '8.6', '8.5', '8.4', '8.3', '8.2', '8.1', '8.0', '7.9', '7.8', '7.7', '7.6', '7.5', '7.4')
            '--vendor' = @('debian', 'fedora', 'macos', 'none')
            '--format' = @('text', 'concise', 'json', 'jsonl', 'sarif', 'github', 'gitlab', 'checkstyle', 'junit')
            '--output' = @()
            '--config' = @()
            '--color' = @('auto', 'always', 'never')
        } }
        'compare' = @{ Help = 'show which effective settings differ between environments'; Flags = @('--all', '--against', '--keywords', '--host', '-C', '--kind', '--root', '--no-includes', '--openssh', '--vendor', '--config', '--no-config', '--format', '--color', '--quiet', '--verbose', '-h', '--help'); Words = @(); Values = @{
            '--against' = @()
            '--keywords' = @('AFSTokenPassing', 'AcceptEnv', 'AddKeysToAgent', 'AddressFamily', 'AllowAgentForwarding', 'AllowGroups', 'AllowStreamLocalForwarding', 'AllowTcpForwarding', 'AllowUsers', 'AppleBaseSystem', 'AppleMultiPath', 'AuthenticationMethods', 'AuthorizedKeysCommand', 'AuthorizedKeysCommandUser', 'AuthorizedKeysFile', 'AuthorizedKeysFile2', 'AuthorizedPrincipalsCommand', 'AuthorizedPrincipalsCommandUser', 'AuthorizedPrincipalsFile', 'Banner', 'BatchMode', 'BindAddress', 'BindInterface', 'CASignatureAlgorithms', 'CanonicalDomains', 'CanonicalizeFallbackLocal', 'CanonicalizeHostname', 'CanonicalizeMaxDots', 'CanonicalizePermittedCNAMEs', 'CertificateFile', 'ChallengeResponseAuthentication', 'ChannelTimeout', 'CheckHostIP', 'CheckMail', 'ChrootDirectory', 'Cipher', 'Ciphers', 'ClearAllForwardings', 'ClientAliveCountMax', 'ClientAliveInterval', 'Compression', 'CompressionLevel', 'ConnectTimeout', 'ConnectionAttempts', 'ControlMaster', 'ControlPath', 'ControlPersist', 'DSAAuthentication', 'DebianBanner', 'DenyGroups', 'DenyUsers', 'DisableForwarding', 'DynamicForward', 'EnableEscapeCommandline', 'EnableSSHKeysign', 'EscapeChar', 'ExitOnForwardFailure', 'ExposeAuthInfo', 'FallBackToRsh', 'FingerprintHash', 'ForceCommand', 'ForkAfterAuthentication', 'ForwardAgent', 'ForwardX11', 'ForwardX11Timeout', 'ForwardX11Trusted', 'GSSAPIAuthentication', 'GSSAPICleanupCredentials', 'GSSAPICleanupCreds', 'GSSAPIClientIdentity', 'GSSAPIDelegateCredentials', 'GSSAPIKexAlgorithms', 'GSSAPIKeyExchange', 'GSSAPIRenewalForcesRekey', 'GSSAPIServerIdentity', 'GSSAPIStoreCredentialsOnRekey', 'GSSAPIStrictAcceptorCheck', 'GSSAPITrustDNS', 'GSSAPIUseSessionCredCache', 'GatewayPorts', 'GlobalKnownHostsFile', 'GlobalKnownHostsFile2', 'HashKnownHosts', 'Host', 'HostBasedAcceptedKeyTypes', 'HostCertificate', 'HostDSAKey', 'HostKey', 'HostKeyAgent', 'HostKeyAlgorithms', 'HostKeyAlias', 'HostName', 'HostbasedAcceptedAlgorithms', 'HostbasedAuthentication', 'HostbasedKeyTypes', 'HostbasedUsesNameFromPacketOnly', 'IPQoS', 'IdentitiesOnly', 'IdentityAgent', 'IdentityFile', 'IdentityFile2', 'IgnoreRhosts', 'IgnoreUnknown', 'IgnoreUserKnownHosts', 'Include', 'KbdInteractiveAuthentication', 'KbdInteractiveDevices', 'KeepAlive', 'KerberosAuthentication', 'KerberosGetAFSToken', 'KerberosOrLocalPasswd', 'KerberosTGTPassing', 'KerberosTgtPassing', 'KerberosTicketCleanup', 'KexAlgorithms', 'KeyRegenerationInterval', 'KnownHostsCommand', 'ListenAddress', 'LocalCommand', 'LocalForward', 'LogLevel', 'LogVerbose', 'LoginGraceTime', 'MACs', 'Macs', 'Match', 'MaxAuthTries', 'MaxSessions', 'MaxStartups', 'ModuliFile', 'NoHostAuthenticationForLocalhost', 'NoHostAuthenticationForProxyCommand', 'NumberOfPasswordPrompts', 'ObscureKeystrokeTiming', 'PAMServiceName', 'PKCS11Provider', 'PasswordAuthentication', 'PerSourceMaxStartups', 'PerSourceNetBlockSize', 'PerSourcePenalties', 'PerSourcePenaltyExemptList', 'PermitBlacklistedKeys', 'PermitEmptyPasswords', 'PermitListen', 'PermitLocalCommand', 'PermitOpen', 'PermitRemoteOpen', 'PermitRootLogin', 'PermitTTY', 'PermitTunnel', 'PermitUserEnvironment', 'PermitUserRC', 'PidFile', 'Port', 'PreferredAuthentications', 'PrintLastLog', 'PrintMotd', 'Protocol', 'ProtocolKeepAlives', 'ProxyCommand', 'ProxyJump', 'ProxyUseFdpass', 'PubkeyAcceptedAlgorithms', 'PubkeyAcceptedKeyTypes', 'PubkeyAuthOptions', 'PubkeyAuthentication', 'RDomain', 'RHostsAuthentication', 'RSAAuthentication', 'RefuseConnection', 'RekeyLimit', 'RemoteCommand', 'RemoteForward', 'RequestTTY', 'RequiredRSASize', 'ReverseMappingCheck', 'RevokedHostKeys', 'RevokedKeys', 'RhostsAuthentication', 'RhostsRSAAuthentication', 'SKeyAuthentication', 'SecurityKeyProvider', 'SendEnv', 'ServerAliveCountMax', 'ServerAliveInterval', 'ServerKeyBits', 'SessionType', 'SetEnv', 'SetupTimeOut', 'SmartcardDevice', 'SshdAuthPath', 'SshdSessionPath', 'StdinNull', 'StreamLocalBindMask', 'StreamLocalBindUnlink', 'StrictHostKeyChecking', 'StrictModes', 'Subsystem', 'SyslogFacility', 'TCPKeepAlive', 'TISAuthentication', 'Tag', 'TrustedUserCAKeys', 'Tunnel', 'TunnelDevice', 'UnusedConnectionTimeout', 'UpdateHostKeys', 'UseBlacklistedKeys', 'UseDNS', 'UseKeychain', 'UseLogin', 'UsePAM', 'UsePrivilegeSeparation', 'UsePrivilegedPort', 'UseRoaming', 'UseRsh', 'User', 'UserKnownHostsFile', 'UserKnownHostsFile2', 'VerifyHostKeyDNS', 'VerifyReverseMapping', 'VersionAddendum', 'VisualHostKey', 'WarnWeakCrypto', 'X11DisplayOffset', 'X11Forwarding', 'X11UseLocalhost', 'XAuthLocation')
            '--host' = @()
            '--kind' = @('client', 'server', 'sshd-T')
            '--root' = @()
            '--openssh' = @('10.5', '10.4', '10.3', '10.2', '10.1', '10.0', '9.9p1', '9.9', '9.8', '9.7', '9.6', '9.5', '9.4', '9.3', '9.2', '9.1', '9.0', '8.9', '8.8', '8.7', '8.6', '8.5', '8.4', '8.3', '8.2', '8.1', '8.0', '7.9', '7.8', '7.7', '7.6', '7.5', '7.4')
            '--vendor' = @('debian', 'fedora', 'macos', 'none')
            '--config' = @()
            '--format' = @('text', 'json', 'csv', 'markdown')
            '--color' = @('auto', 'always', 'never')
        } }
        'probe' = @{ Help = 'connect to a host, find out after how much silence the path drops it, and whether the keep-alive survives'; Flags = @('--max', '--resolution', '--patience', '--quick', '--idle', '--watch', '--every', '-F', '-o', '--port', '-p', '--user', '-l', '--format', '--color', '--quiet', '-h', '--help'); Words = @(); Values = @{
            '--max' = @()
            '--resolution' = @()
            '--patience' = @()
            '--idle' = @()
            '--every' = @()
            '--port' = @()
            '--user' = @()
            '--format' = @('text', 'json')
            '--color' = @('auto', 'always', 'never')
        } }
        'logs' = @{ Help = 'read logs of sshd, ssh and Kamal and find the connections that died of silence'; Flags = @('--since', '--until', '--format', '--exit-zero', '--verbose', '--color', '--quiet', '-h', '--help'); Words = @(); Values = @{
            '--since' = @()
            '--until' = @()
            '--format' = @('text', 'json')
            '--color' = @('auto', 'always', 'never')
        } }
        'rules' = @{ Help = 'list the rules, or show the page of one'; Flags = @('--format', '--profile', '-h', '--help'); Words = @('missing-keepalive', 'disabled-keepalive', 'slow-keepalive', 'early-keepalive-timeout', 'zero-keepalive-count', 'invalid-keepalive-value', 'misplaced-keepalive', 'match-scoped-keepalive', 'host-scoped-keepalive', 'shadowed-keepalive', 'conditional-keepalive-include', 'tcp-keepalive-only', 'stale-control-master', 'flapping-keepalive', 'endless-keepalive', 'syntax-error', 'unknown-keyword', 'unsupported-keyword', 'deprecated-keyword', 'invalid-value', 'wrong-side-keyword', 'keyword-not-allowed-in-match', 'shadowed-setting', 'duplicate-setting', 'unreachable-block', 'host-star-first', 'include-after-setting', 'include-wins', 'conditional-include', 'missing-include', 'include-cycle', 'unreadable-include', 'include-not-config', 'byte-order-mark', 'control-character', 'unsafe-permissions', 'comma-in-host', 'prefix-comment-in-value', 'unused-suppression', 'unknown-suppression', 'kamal-interval-ignored', 'kamal-slow-dead-link', 'kamal-idle-window', 'kamal-server-hangs-up', 'kamal-server-silent', 'kamal-builder-keepalive', 'kamal-config-path', 'kamal-setting-ignored', 'kamal-alias-mismatch', 'kamal-divergence', 'kamal-crash', 'kamal-unknown-key', 'kamal-unknown-hosts', 'kamal-project-ssh-config', 'net-ssh-divergence', 'go-divergence'); Values = @{
            '--format' = @('text', 'json')
            '--profile' = @('deploy', 'cis', 'stig', 'pci', 'devsec', 'lynis')
        } }
        'hook' = @{ Help = 'run sshvet before each commit or each deploy, or no longer'; Flags = @('--kamal', '--hook', '--config-file', '-c', '--hooks-path', '--quiet', '-h', '--help'); Words = @('install', 'uninstall', 'run'); Values = @{
            '--hook' = @('pre-connect', 'pre-deploy')
            '--config-file' = @()
            '--hooks-path' = @()
        } }
        'init' = @{ Help = 'write a commented .sshvet.yaml'; Flags = @('--quiet', '-h', '--help'); Words = @(); Values = @{
        } }
        'completion' = @{ Help = 'print the completion script of a shell'; Flags = @('-h', '--help'); Words = @('bash', 'zsh', 'fish', 'powershell'); Values = @{
        } }
    }
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $name = $typed | Where-Object { $commands.Contains($_) } | Select-Object -First 1
    $last = $typed | Select-Object -Last 1
    $prefix = ''
    $word = $wordToComplete
    if ($word -match '^(--[^=]+)=(.*)$') {
        $last = $Matches[1]
        $prefix = "$last="
        $word = $Matches[2]
    }
    if (-not $name) {
        $words = if ($word.StartsWith('-')) { @('--help', '--version') } else { $commands.Keys }
    } elseif ($last -and $commands[$name].Values.ContainsKey($last)) {
        $words = $commands[$name].Values[$last]
        $comma = $word.LastIndexOf(',')
        if ($comma -ge 0) {
            $prefix += $word.Substring(0, $comma + 1)
            $word = $word.Substring($comma + 1)
        }
    } elseif ($word.StartsWith('-')) {
        $words = $commands[$name].Flags
    } else {
        $words = $commands[$name].Words
    }
    $words | Where-Object { $_ -like "$word*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new("$prefix$_", $_, 'ParameterValue', $_)
    }
}
