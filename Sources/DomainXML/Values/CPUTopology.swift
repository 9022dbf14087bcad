/// How processors are arranged.
package struct CPUTopology: Hashable, Sendable {
  /// Sockets, at least 1.
  package let sockets: Int
  /// Dies per socket, at least 1.
  package let dies: Int
  /// Cores per die, at least 1.
  package let cores: Int
  /// Threads per core, at least 1.
  package let threads: Int

  /// An arrangement; nil if a number is below 1 or above 65,535.
  package init?(sockets: Int, dies: Int = 1, cores: Int, threads: Int) {
    guard [sockets, dies, cores, threads].allSatisfy({ (1...65_535).contains($0) }) else { return nil }
    self.sockets = sockets
    self.dies = dies
    self.cores = cores
    self.threads = threads
  }

  /// Reads `<topology>`.
  init?(_ element: XMLElement) {
    guard let sockets = element.number("sockets"), let cores = element.number("cores"),
      let threads = element.number("threads")
    else { return nil }
    self.init(sockets: sockets, dies: element.number("dies") ?? 1, cores: cores, threads: threads)
  }

  /// How many processors that makes; `Int.max` if more than a number can hold.
  package var total: Int {
    [sockets, dies, cores, threads].reduce(1) { product, count in
      let (result, overflow) = product.multipliedReportingOverflow(by: count)
      return overflow ? .max : result
    }
  }
}
