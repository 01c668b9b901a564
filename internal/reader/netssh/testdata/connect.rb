# Connects with the real net-ssh as Kamal and SSHKit would, once for each line
# of JSON: {"config":, "options":}, and answers with the exception, or "ok".
require "json"
require "logger"
require "timeout"
require "net/ssh"

$stdout.sync = true
while (line = $stdin.gets)
  request = JSON.parse(line)
  options = request["options"].transform_keys(&:to_sym)
  options.merge!(config: request["config"], logger: Logger.new(File::NULL))
  answer =
    begin
      Timeout.timeout(20) do
        # a command keeps the loop waiting; without Kamal's options it may wait for too long
        Net::SSH.start("web", nil, options) { |ssh| ssh.exec!("echo ok") unless options[:keepalive] }
      end
      { "class" => "" }
    rescue Exception => e
      { "class" => e.class.name, "message" => e.message.dup.force_encoding("UTF-8").scrub.lines.first.to_s.chomp }
    end
  puts JSON.generate(answer)
end
