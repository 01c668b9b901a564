# Opens a net-ssh session, leaves it alone and uses it again. While it is left
# alone nothing runs its loop: that is how SSHKit 1.22.2 and later keep the
# connections in their pool.
#
# Prints one JSON object. Both commands print the addresses and ports of their
# connection, which shows that it is the same one.
require "json"
require "net/ssh"

host, config, idle, interval = ARGV

# What Kamal passes: these two, and no count.
session = Net::SSH.start(host, "root", config: config, keepalive: true, keepalive_interval: Float(interval),
                         verify_host_key: :never, non_interactive: true, use_agent: false)
report = {
  ruby: RUBY_VERSION,
  options: { interval: session.options[:keepalive_interval], count: session.options[:keepalive_maxcount] },
  first: session.exec!("echo $SSH_CONNECTION")
}
sleep Integer(idle)
start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
begin
  report[:second] = session.exec!("echo $SSH_CONNECTION")
rescue StandardError => e
  report[:error] = "#{e.class}: #{e.message}"
end
report[:seconds] = Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
puts JSON.generate(report)
$stdout.flush
exit!(0) # a dead session takes its time to say goodbye
