# Answers, line by line, what the real net-ssh makes of configuration files.
# A request is {"dir":, "home":, "host":, "files": [...]} in JSON; the answer is
# the options in a form that tells every value from every other, or the class
# and message of the exception.
require "json"
require "net/ssh"

def quote(text)
  bytes = text.b.each_char.map do |c|
    c.match?(/[ -~]/n) && c != '"' && c != "\\" ? c : format("\\x%02x", c.ord)
  end
  %("#{bytes.join}")
end

def canonical(value)
  case value
  when nil then "nil"
  when true, false, Integer then value.to_s
  when String then quote(value)
  when Symbol then ":#{value}"
  when Regexp then "regexp(#{quote(value.source)})"
  when Array then "[#{value.map { |item| canonical(item) }.join(',')}]"
  when Hash then "{#{value.flatten(1).map { |item| canonical(item) }.join(',')}}"
  when Net::SSH::Proxy::Jump then "jump(#{canonical(value.jump_proxies)})"
  when Net::SSH::Proxy::Command then "command(#{canonical(value.command_line_template)})"
  else "unknown(#{value.class})"
  end
end

require "net/ssh/proxy/jump"
# An Include that comes back to itself ends sooner if few files can be open.
Process.setrlimit(Process::RLIMIT_NOFILE, 128)
$stdout.sync = true
puts JSON.generate("ruby" => RUBY_VERSION, "net_ssh" => Net::SSH::Version::STRING, "encoding" => Encoding.default_external.to_s)
while (line = $stdin.gets)
  request = JSON.parse(line)
  answer =
    begin
      ENV["HOME"] = request["home"]
      Dir.chdir(request["dir"])
      options = Net::SSH::Config.for(request["host"], request["files"])
      { "options" => options.map { |name, value| "#{name}=#{canonical(value)}" } }
    rescue Exception => e # a SystemStackError is no StandardError
      { "class" => e.class.name, "message" => e.message.dup.force_encoding("UTF-8").scrub.lines.first.to_s.chomp }
    end
  puts JSON.generate(answer)
end
