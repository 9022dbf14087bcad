import Foundation

/// What the kernel says of a process.
package struct ProcessUsage: Hashable, Sendable {
  /// The processor time that it has used.
  package var cpu: Duration
  /// Its resident memory, in bytes.
  package var resident: Int
  /// The most resident memory that it ever had, in bytes.
  package var peak: Int

  /// Reads it.
  /// - Returns: nil if there is no such process.
  package init?(of id: Int32) {
    guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
    else { return nil }
    self.init(stat: stat, status: status, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Reads the texts of `/proc/PID/stat` and `/proc/PID/status`, as in proc(5).
  package init?(stat: String, status: String, ticksPerSecond: Int) {
    // The name in brackets may hold anything; the state follows, and the times are the 11th and 12th after it.
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]), ticksPerSecond > 0 else {
      return nil
    }
    func kibibytes(_ name: String) -> Int? {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
      return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
    }
    guard let resident = kibibytes("VmRSS"), let peak = kibibytes("VmHWM") else { return nil }
    cpu = .milliseconds((user + system) * 1000 / ticksPerSecond)
    self.resident = resident * 1024
    self.peak = peak * 1024
  }
}
