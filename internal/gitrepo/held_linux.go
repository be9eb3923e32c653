package gitrepo

import "syscall"

// bringIn has every page of a mapped file in memory at once, without a fault for each few. It reports false where that cannot be had: Linux
// before 5.14.
func bringIn(mapped []byte) bool {
	const populateRead = 22 // MADV_POPULATE_READ
	return syscall.Madvise(mapped, populateRead) == nil
}

// sendOut takes the pages out of this process. Whoever reads them has them come again, from the file.
func sendOut(mapped []byte) { syscall.Madvise(mapped, syscall.MADV_DONTNEED) } // it is only advice
