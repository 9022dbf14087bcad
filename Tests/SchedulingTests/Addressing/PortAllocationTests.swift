import Scheduling
import Testing

@Suite("Port allocation")
struct PortAllocationTests {
  @Test("the lowest port that nobody has is next")
  func lowest() {
    func next(_ held: Set<Int>, _ observed: Set<Int>, _ refused: Set<Int>) -> Int? {
      PortAllocation.next(range: 5900...5905, held: held, observed: observed, refusedByHost: refused)
    }
    #expect(next([], [], []) == 5900)
    #expect(next([5900], [5901], [5902]) == 5903)
    #expect(next([5901], [], []) == 5900)
    #expect(next([5900, 5901, 5902], [5903, 5904], [5905]) == nil)
    #expect(next([1, 80], [], [70000]) == 5900)
  }

  @Test("after a port that could not be had the ones above it come first, lower ones last")
  func after() {
    func next(_ after: Int, refused: Set<Int> = []) -> Int? {
      PortAllocation.next(range: 5900...5902, held: [], observed: [], refusedByHost: refused, after: after)
    }
    #expect(next(5900, refused: [5900]) == 5901)
    #expect(next(5901, refused: [5901]) == 5902)
    #expect(next(5902, refused: [5902]) == 5900)
    #expect(next(.max) == 5900 && next(.min) == 5900)
    #expect(next(5901, refused: [5900, 5901, 5902]) == nil)
  }

  @Test("a hundred VMs get a hundred ports")
  func distinct() {
    var held: Set<Int> = []
    for _ in 0..<100 {
      guard let port = PortAllocation.next(range: 5900...32767, held: held, observed: [5950], refusedByHost: []) else {
        Issue.record("no port")
        return
      }
      held.insert(port)
    }
    #expect(held.count == 100 && held.max() == 6000 && !held.contains(5950))
  }
}
