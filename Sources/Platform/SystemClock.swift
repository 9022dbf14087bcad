package import Fleet
internal import Glibc

/// The time of day of this machine. Only mains make it.
package struct SystemClock: WallClock {
  package init() {}

  package func now() -> Timestamp {
    var time = timespec()
    // SAFETY: the pointer is to a local value and lives as long as the call.
    guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return Timestamp(milliseconds: 0) }
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
