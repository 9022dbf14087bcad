import Testing

@testable import Fleet

@Suite("Near words")
struct SpellingTests {
  private static let words = ["memory", "vcpus", "networks"]

  @Test(
    "the nearest word is found, without regard to case",
    arguments: [
      ("memry", "memory"), ("network", "networks"), ("MEMORY", "memory"), ("vpcus", "vcpus"), ("vcpu", "vcpus"),
    ])
  func nearest(word: String, near: String) {
    #expect(Spelling.nearest(to: word, among: Self.words) == near)
  }

  @Test("nothing is found where nothing is near")
  func far() {
    for word in ["xyz", "", String(repeating: "x", count: 100_000)] {
      #expect(Spelling.nearest(to: word, among: Self.words) == nil)
    }
    #expect(Spelling.nearest(to: "memory", among: []) == nil)
    let long = String(repeating: "x", count: 65)
    #expect(Spelling.nearest(to: String(long.dropLast()), among: [long]) == nil)
  }

  @Test(
    "insertions, deletions, replacements and swaps of neighbours count one",
    arguments: [
      ("ab", "ba", 1), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("kitten", "sitting", 3),
    ])
  func distance(left: String, right: String, distance: Int) {
    #expect(Spelling.distance(left, right) == distance)
    #expect(Spelling.distance(right, left) == distance)
  }
}

@Suite("Ages")
struct AgeTests {
  @Test(
    "an age has at least two of its unit",
    arguments: [
      (0.0, "0 s"), (-5, "0 s"), (.nan, "0 s"), (119.9, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h"),
      (172_799, "47 h"), (172_800, "2 d"), (.infinity, "11574074 d"),
    ])
  func seconds(seconds: Double, text: String) {
    #expect(Age.text(seconds: seconds) == text)
  }

  @Test("a moment is now, some time ago, or never")
  func moments() {
    let now = Timestamp(seconds: 1_000_000)
    let table: [(Int64, String)] = [
      (0, "now"), (1, "now"), (-50, "now"), (12, "12 s ago"), (90, "90 s ago"), (240, "4 min ago"),
      (7300, "2 h ago"), (200_000, "2 d ago"),
    ]
    for (seconds, text) in table { #expect(Age.text(of: now.adding(seconds: -seconds), at: now) == text) }
    #expect(Age.text(of: nil, at: now) == "never")
    #expect(Age.text(of: Timestamp(milliseconds: .min), at: Timestamp(milliseconds: .max)).hasSuffix(" d ago"))
  }
}
