# Runs two commands with SSHKit, with a silence between them, over a connection
# of its pool.
#
# SSHKit up to 1.22.1 looks whether idle connections are closed, every 5 s, by
# running their loop once, which happens to send keep-alives. 1.22.2 gave that
# up; "leave-idle-alone" does the same to this one.
#
# Prints one JSON object, as netssh.rb does.
require "json"
require "sshkit"
require "sshkit/version"
require "sshkit/dsl"
include SSHKit::DSL

host, config, idle, interval, leave_idle_alone = ARGV

if leave_idle_alone
  class SSHKit::Backend::ConnectionPool::Cache
    private

    def closed?(connection)
      connection.respond_to?(:closed?) && connection.closed?
    end
  end
end

SSHKit.config.use_format :blackhole
SSHKit::Backend::Netssh.pool.idle_timeout = 900 # as Kamal sets it
SSHKit::Backend::Netssh.configure do |ssh|
  ssh.ssh_options = { config: config, keepalive: true, keepalive_interval: Float(interval),
                      verify_host_key: :never, non_interactive: true, use_agent: false }
end

def ask(host)
  answer = options = nil
  on(SSHKit::Host.new(hostname: host, user: "root")) do
    answer = capture("echo $SSH_CONNECTION")
    with_ssh { |session| options = session.options }
  end
  [answer, options]
end

report = { ruby: RUBY_VERSION, sshkit: SSHKit::VERSION }
report[:first], options = ask(host)
report[:options] = { interval: options[:keepalive_interval], count: options[:keepalive_maxcount] }
sleep Integer(idle)
start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
begin
  report[:second], = ask(host)
rescue StandardError => e
  reason = e.cause || e # SSHKit wraps what net-ssh raises
  report[:error] = "#{reason.class}: #{reason.message}"
end
report[:seconds] = Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
puts JSON.generate(report)
$stdout.flush
exit!(0)
