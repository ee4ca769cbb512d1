// Counts one election with the rule functions of pabumeasures (MIT), which come from its own sources unchanged.
// Input (standard input): budget and voters; projects; then per project: id, cost, supporters, their numbers.
// Output: CPU seconds of the count alone, then the funded ids in order. Amounts are whole cents.
#include "pb_rules_and_measures/Greedy.h"
#include "pb_rules_and_measures/GreedyOverCost.h"
#include "pb_rules_and_measures/MesApr.h"
#include "pb_rules_and_measures/MesCost.h"
#include "pb_rules_and_measures/Phragmen.h"

#include <ctime>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

using Winners = std::vector<ProjectEmbedding>;
using Count = std::function<Winners(const Election &, const ProjectComparator &)>;

static long long total(const Winners &winners) {
    long long sum = 0;
    for (const auto &winner : winners)
        sum += winner.cost();
    return sum;
}

// One whole currency unit (100 cents) more per voter each time, until the outcome would cost more than the budget.
static Winners add1(const Count &mes, long long budget, int voters, const std::vector<ProjectEmbedding> &projects) {
    Winners last;
    for (long long step = 0;; step++) {
        Election election(budget + 100 * step * voters, voters, projects);
        Winners winners = mes(election, ProjectComparator::ByNameAsc);
        if (total(winners) > budget || winners.size() == projects.size() && step > 0)
            return total(winners) > budget ? last : winners;
        last = winners;
    }
}

int main(int argc, char **argv) {
    std::string rule = argc > 1 ? argv[1] : "";
    long long budget;
    int voters, count;
    std::cin >> budget >> voters >> count;
    std::vector<ProjectEmbedding> projects;
    for (int i = 0; i < count; i++) {
        std::string id;
        long long cost;
        int supporters;
        std::cin >> id >> cost >> supporters;
        std::vector<int> approvers(supporters);
        for (int &approver : approvers)
            std::cin >> approver;
        projects.emplace_back(cost, id, approvers);
    }
    Election election(budget, voters, projects);
    const auto &ties = ProjectComparator::ByNameAsc;
    std::clock_t start = std::clock();
    Winners winners;
    if (rule == "greedy")
        winners = greedy(election, ties);
    else if (rule == "greedy-per-cost")
        winners = greedy_over_cost(election, ties);
    else if (rule == "phragmen")
        winners = phragmen(election, ties);
    else if (rule == "equal-shares/none")
        winners = mes_cost(election, ties);
    else if (rule == "equal-shares-cardinality/none")
        winners = mes_apr(election, ties);
    else if (rule == "equal-shares/add1")
        winners = add1(mes_cost, budget, voters, projects);
    else if (rule == "equal-shares-cardinality/add1")
        winners = add1(mes_apr, budget, voters, projects);
    else
        return 2;
    std::cout << double(std::clock() - start) / CLOCKS_PER_SEC;
    for (const auto &winner : winners)
        std::cout << ' ' << winner.name();
    std::cout << '\n';
}
